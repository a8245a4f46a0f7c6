package api

import (
	"context"
	"errors"
	"fmt"

	"ostiary/cognitoidp"
	"ostiary/internal/account"
	"ostiary/internal/awserr"
	"ostiary/internal/device"
	"ostiary/internal/page"
	"ostiary/internal/store"
	"ostiary/internal/token"
	"ostiary/internal/userpool"
)

// ConfirmDevice makes a device of the key that the user was handed out at sign-in (NewDeviceMetadata).
func (s *Service) ConfirmDevice(ctx context.Context, in *cognitoidp.ConfirmDeviceRequest) (*cognitoidp.ConfirmDeviceResponse, error) {
	bearer, err := s.deviceBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	if in.DeviceKey != bearer.DeviceKey() {
		return nil, awserr.InvalidDeviceKey()
	}
	salt, verifier, err := device.ParseSecret(in.DeviceSecretVerifierConfig)
	if err != nil {
		return nil, err
	}
	now := s.wireTime()
	d := &userpool.Device{
		PoolID: bearer.Pool.ID, Username: bearer.User.Username, Sub: bearer.User.Sub,
		Key: in.DeviceKey, GroupKey: device.GroupKey(bearer.Pool.ID, bearer.User.Sub),
		Salt: salt, Verifier: verifier, Name: value(in.DeviceName),
		Remembered: bearer.Pool.RemembersDevicesItself(),
		Created:    now, Modified: now,
	}
	d.SignedIn(token.CallerOf(ctx).IP(), bearer.Claims.AuthTime)
	err = s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := deviceOwner(ctx, tx, d.PoolID, d.Username)
		if err != nil {
			return err
		}
		if u.Sub != d.Sub {
			return awserr.UserNotFound() // another user, who took the name
		}
		err = tx.CreateDevice(ctx, d)
		if errors.Is(err, store.ErrExists) {
			return awserr.DeviceExists()
		}
		if err != nil {
			return fmt.Errorf("create device: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ConfirmDeviceResponse{UserConfirmationNecessary: new(!d.Remembered)}, nil
}

// GetDevice shows a device of the signed-in user.
func (s *Service) GetDevice(ctx context.Context, in *cognitoidp.GetDeviceRequest) (*cognitoidp.GetDeviceResponse, error) {
	bearer, err := s.optionalDeviceBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	var d *userpool.Device
	err = s.Store.View(ctx, func(r store.Reader) (err error) {
		d, err = deviceOf(ctx, r, bearer.User, in.DeviceKey)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.GetDeviceResponse{Device: deviceEntry(d, false)}, nil
}

// AdminGetDevice shows a device of a user whom an administrator names.
func (s *Service) AdminGetDevice(ctx context.Context, in *cognitoidp.AdminGetDeviceRequest) (*cognitoidp.AdminGetDeviceResponse, error) {
	var d *userpool.Device
	err := s.Store.View(ctx, func(r store.Reader) error {
		u, err := deviceOwner(ctx, r, in.UserPoolId, in.Username)
		if err == nil {
			d, err = deviceOf(ctx, r, u, in.DeviceKey)
		}
		return err
	})
	if err != nil {
		return nil, undeclaredUserNotFound(err)
	}
	return &cognitoidp.AdminGetDeviceResponse{Device: deviceEntry(d, true)}, nil
}

// ListDevices lists the devices of the signed-in user, by key.
func (s *Service) ListDevices(ctx context.Context, in *cognitoidp.ListDevicesRequest) (*cognitoidp.ListDevicesResponse, error) {
	bearer, err := s.deviceBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	var list deviceList
	err = s.Store.View(ctx, func(r store.Reader) error {
		list, err = s.devicePage(ctx, r, bearer.User, "ListDevices", in.Limit, in.PaginationToken)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.ListDevicesResponse{Devices: list.entries(false), PaginationToken: list.next}, nil
}

// AdminListDevices lists the devices of a user whom an administrator names.
func (s *Service) AdminListDevices(ctx context.Context, in *cognitoidp.AdminListDevicesRequest) (*cognitoidp.AdminListDevicesResponse, error) {
	var list deviceList
	err := s.Store.View(ctx, func(r store.Reader) error {
		u, err := deviceOwner(ctx, r, in.UserPoolId, in.Username)
		if err == nil {
			list, err = s.devicePage(ctx, r, u, "AdminListDevices", in.Limit, in.PaginationToken)
		}
		return err
	})
	if err != nil {
		return nil, undeclaredUserNotFound(err)
	}
	return &cognitoidp.AdminListDevicesResponse{Devices: list.entries(true), PaginationToken: list.next}, nil
}

// UpdateDeviceStatus lets the signed-in user have a device remembered or not.
func (s *Service) UpdateDeviceStatus(ctx context.Context, in *cognitoidp.UpdateDeviceStatusRequest) (*cognitoidp.UpdateDeviceStatusResponse, error) {
	bearer, err := s.deviceBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	err = s.changeDeviceStatus(ctx, bearer.Pool.ID, bearer.User.Username, in.DeviceKey, in.DeviceRememberedStatus)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.UpdateDeviceStatusResponse{}, nil
}

// AdminUpdateDeviceStatus does the same for a user whom an administrator names.
func (s *Service) AdminUpdateDeviceStatus(ctx context.Context, in *cognitoidp.AdminUpdateDeviceStatusRequest) (*cognitoidp.AdminUpdateDeviceStatusResponse, error) {
	err := s.changeDeviceStatus(ctx, in.UserPoolId, in.Username, in.DeviceKey, in.DeviceRememberedStatus)
	if err != nil {
		return nil, err
	}
	return &cognitoidp.AdminUpdateDeviceStatusResponse{}, nil
}

// changeDeviceStatus refuses a request without a status: it would be answered without having done
// anything.
func (s *Service) changeDeviceStatus(
	ctx context.Context, poolID, username, key string, status cognitoidp.DeviceRememberedStatusType,
) error {
	return s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := deviceOwner(ctx, tx, poolID, username)
		if err != nil {
			return err
		}
		if status == "" {
			return awserr.MissingParameter("DeviceRememberedStatus")
		}
		d, err := deviceOf(ctx, tx, u, key)
		if err != nil {
			return err
		}
		d.SetRemembered(status == cognitoidp.DeviceRememberedStatusTypeRemembered, s.wireTime())
		if err := tx.SaveDevice(ctx, d); err != nil {
			return fmt.Errorf("save device: %w", err)
		}
		return nil
	})
}

// ForgetDevice removes a device of the signed-in user. Refresh tokens of its sign-ins go with it.
func (s *Service) ForgetDevice(ctx context.Context, in *cognitoidp.ForgetDeviceRequest) (*cognitoidp.Unit, error) {
	bearer, err := s.optionalDeviceBearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return s.forgetDevice(ctx, bearer.Pool.ID, bearer.User.Username, in.DeviceKey)
}

// AdminForgetDevice does the same for a user whom an administrator names.
func (s *Service) AdminForgetDevice(ctx context.Context, in *cognitoidp.AdminForgetDeviceRequest) (*cognitoidp.Unit, error) {
	return s.forgetDevice(ctx, in.UserPoolId, in.Username, in.DeviceKey)
}

func (s *Service) forgetDevice(ctx context.Context, poolID, username, key string) (*cognitoidp.Unit, error) {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		u, err := deviceOwner(ctx, tx, poolID, username)
		if err != nil {
			return err
		}
		err = tx.DeleteDevice(ctx, poolID, u.Username, key)
		if errors.Is(err, store.ErrNotFound) {
			return awserr.DeviceNotFound()
		}
		if err != nil {
			return fmt.Errorf("delete device: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &cognitoidp.Unit{}, nil
}

// optionalDeviceBearer is deviceBearer where the model makes the token optional. Nobody can be acted
// for without it.
func (s *Service) optionalDeviceBearer(ctx context.Context, accessToken *string) (*token.Bearer, error) {
	if accessToken == nil {
		return nil, awserr.AccessTokenMissing()
	}
	return s.deviceBearer(ctx, *accessToken)
}

// deviceBearer finds the signed-in user of a pool that tracks devices.
func (s *Service) deviceBearer(ctx context.Context, accessToken string) (*token.Bearer, error) {
	bearer, err := s.Tokens.Bearer(ctx, accessToken)
	if err != nil {
		return nil, err
	}
	if err := account.CheckStatus(bearer.User); err != nil {
		return nil, err
	}
	if !bearer.Pool.TracksDevices() {
		return nil, awserr.DevicesNotTracked()
	}
	return bearer, nil
}

// deviceOwner finds a user of a pool that tracks devices.
func deviceOwner(ctx context.Context, r store.Reader, poolID, username string) (*userpool.User, error) {
	p, u, err := poolAndUser(ctx, r, poolID, username)
	if err == nil && !p.TracksDevices() {
		err = awserr.DevicesNotTracked()
	}
	return u, err
}

// undeclaredUserNotFound turns the refusal of a name that nobody has into one of those that
// AdminGetDevice and AdminListDevices declare.
func undeclaredUserNotFound(err error) error {
	if errors.Is(err, cognitoidp.UserNotFoundException) {
		return awserr.DeviceOwnerNotFound()
	}
	return err
}

// deviceOf finds a user's device.
func deviceOf(ctx context.Context, r store.DeviceReader, u *userpool.User, key string) (*userpool.Device, error) {
	d, err := r.Device(ctx, u.PoolID, u.Username, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, awserr.DeviceNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read device: %w", err)
	}
	return d, nil
}

// maxDevicesPerPage is the largest and the default Limit of ListDevices.
const maxDevicesPerPage = 60

// deviceList is one page of a user's devices, and the token of the next page, if there is one.
type deviceList struct {
	devices []*userpool.Device
	next    *string
}

func (s *Service) devicePage(
	ctx context.Context, r store.DeviceReader, u *userpool.User, operation string, limit *int32, paginationToken *string,
) (deviceList, error) {
	listing := page.Listing{Operation: operation, Parameters: []string{u.PoolID, u.Sub}}
	after, err := s.pageAfter(listing, paginationToken)
	if err != nil {
		return deviceList{}, err
	}
	size := maxDevicesPerPage
	if limit != nil && *limit != 0 {
		size = int(*limit)
	}
	devices, err := r.Devices(ctx, u.PoolID, u.Username, after, size+1) // one more tells whether a page follows
	if err != nil {
		return deviceList{}, fmt.Errorf("list devices: %w", err)
	}
	list := deviceList{devices: devices}
	if len(devices) > size {
		list.devices = devices[:size]
		list.next = new(s.pages().Next(listing, devices[size-1].Key))
	}
	return list, nil
}

func (l deviceList) entries(admin bool) []cognitoidp.DeviceType {
	entries := make([]cognitoidp.DeviceType, len(l.devices))
	for i, d := range l.devices {
		entries[i] = *deviceEntry(d, admin)
	}
	return entries
}

// deviceEntry is a device as its user sees it, or as an administrator does, who sees also whether it
// is remembered.
func deviceEntry(d *userpool.Device, admin bool) *cognitoidp.DeviceType {
	attributes := []cognitoidp.AttributeType{{Name: "device_status", Value: new("valid")}}
	add := func(name, value string) {
		if value != "" {
			attributes = append(attributes, cognitoidp.AttributeType{Name: name, Value: &value})
		}
	}
	add("device_name", d.Name)
	add("last_ip_used", d.LastIP)
	if admin {
		status := cognitoidp.DeviceRememberedStatusTypeNotRemembered
		if d.Remembered {
			status = cognitoidp.DeviceRememberedStatusTypeRemembered
		}
		add("dev:device_remembered_status", string(status))
	}
	return &cognitoidp.DeviceType{
		DeviceKey: &d.Key, DeviceAttributes: attributes,
		DeviceCreateDate: &d.Created, DeviceLastModifiedDate: &d.Modified, DeviceLastAuthenticatedDate: &d.LastAuthenticated,
	}
}
