package risk_test

import (
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"ostiary/internal/risk"
	"ostiary/internal/userpool"
)

// atlas knows a place for one address.
type atlas map[netip.Addr]risk.Place

func (a atlas) Locate(addr netip.Addr) (risk.Place, bool) {
	place, ok := a[addr]
	return place, ok
}

// encoded is EncodedData as the scripts make it.
func encoded(t testing.TB, contextData map[string]any, timestamp int) string {
	t.Helper()
	payload, err := json.Marshal(map[string]any{
		"contextData": contextData, "username": "ana", "userPoolId": "us-east-1_x", "timestamp": timestamp,
	})
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := json.Marshal(map[string]any{"payload": string(payload), "signature": timestamp, "version": "JS20171115"})
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(envelope)
}

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"

func TestOriginOf(t *testing.T) {
	places := atlas{
		netip.MustParseAddr("198.51.100.7"): {City: "Zürich", Country: "CH", Latitude: 47.4, Longitude: 8.5, HasPlace: true, Network: "AS64500"},
		netip.MustParseAddr("192.0.2.5"):    {Country: "FR"},
	}
	data := encoded(t, map[string]any{"DeviceId": "d1", "ClientTimezone": "01:00", "UserAgent": firefox}, 1)
	for name, c := range map[string]struct {
		got, want userpool.Origin
	}{
		"nothing": {got: risk.OriginOf(netip.Addr{}, "", "", "", "", nil)},
		"everything": {
			got: risk.OriginOf(netip.MustParseAddr("::ffff:198.51.100.7"), firefox, "", "eu_k1", "-03:30", places),
			want: userpool.Origin{
				IP: "198.51.100.7", DeviceName: "Firefox 131, Windows 10", Agent: "Firefox on Windows", DeviceKey: "eu_k1",
				Timezone: "-03:30", City: "Zürich", Country: "CH", Latitude: 47.4, Longitude: 8.5, HasPlace: true, Network: "AS64500",
			},
		},
		"no databases": {
			got:  risk.OriginOf(netip.MustParseAddr("198.51.100.7"), "", "", "", "", nil),
			want: userpool.Origin{IP: "198.51.100.7", Network: "198.51.100.0/24"},
		},
		"no network": {
			got:  risk.OriginOf(netip.MustParseAddr("192.0.2.5"), "", "", "", "", places),
			want: userpool.Origin{IP: "192.0.2.5", Network: "192.0.2.0/24", Country: "FR"},
		},
		"IPv6": {
			got:  risk.OriginOf(netip.MustParseAddr("2001:db8:1:2:3::4%eth0"), "", "", "", "", places),
			want: userpool.Origin{IP: "2001:db8:1:2:3::4", Network: "2001:db8:1::/48"},
		},
		"what the script says, where nobody else does": {
			got: risk.OriginOf(netip.Addr{}, "", data, "", "", nil),
			want: userpool.Origin{
				DeviceName: "Firefox 131, Windows 10", Agent: "Firefox on Windows", Timezone: "+01:00",
				Fingerprint: risk.OriginOf(netip.Addr{}, "", data, "", "", nil).Fingerprint,
			},
		},
		"the header and the caller come first": {
			got: risk.OriginOf(netip.Addr{}, "curl/8.5.0", data, "", "+02:00", nil),
			want: userpool.Origin{
				DeviceName: "curl 8", Agent: "curl", Timezone: "+02:00",
				Fingerprint: risk.OriginOf(netip.Addr{}, "", data, "", "", nil).Fingerprint,
			},
		},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
}

func fingerprint(encodedData string) string {
	return risk.OriginOf(netip.Addr{}, "", encodedData, "", "", nil).Fingerprint
}

func TestFingerprint(t *testing.T) {
	browser := map[string]any{
		"DeviceId": "d1:1699999999", "DeviceFingerprint": firefox + "PDF:de", "DevicePlatform": "Win32", "DeviceLanguage": "de",
		"ClientTimezone": "01:00", "ScreenWidthPixels": 1920, "ScreenHeightPixels": "1080",
	}
	with := func(key string, value any) map[string]any {
		changed := map[string]any{}
		for k, v := range browser {
			changed[k] = v
		}
		if changed[key] = value; value == nil {
			delete(changed, key)
		}
		return changed
	}
	data := encoded(t, browser, 1)
	if f := fingerprint(data); len(f) != 32 || strings.Contains(f, "1699999999") {
		t.Errorf("fingerprint %q", f)
	}
	for name, same := range map[string]string{
		"later":               encoded(t, browser, 2),
		"browser was updated": encoded(t, with("DeviceFingerprint", "another"), 3),
		"abroad":              encoded(t, with("ClientTimezone", "-05:00"), 4),
		"base64 in lines":     data[:76] + "\r\n" + data[76:] + "\n",
		"base64 for URLs":     strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(data),
	} {
		if fingerprint(same) != fingerprint(data) {
			t.Errorf("%s: another fingerprint", name)
		}
	}
	seen := map[string]string{}
	for name, different := range map[string]string{
		"browser":         data,
		"another id":      encoded(t, with("DeviceId", "d2"), 1),
		"no id":           encoded(t, with("DeviceId", nil), 1),
		"no id, nor size": encoded(t, map[string]any{"DeviceFingerprint": "x"}, 1),
		"a phone":         encoded(t, map[string]any{"DeviceName": "x", "Platform": "ANDROID"}, 1),
		"plain":           "device-4711",
		"plain number":    "4711",
		"plain base64":    "ZGV2aWNl",
	} {
		f := fingerprint(different)
		if other, ok := seen[f]; ok || f == "" {
			t.Errorf("%s: %q, as %s", name, f, other)
		}
		seen[f] = name
	}
	if fingerprint(encoded(t, with("DeviceId", nil), 1)) != fingerprint(encoded(t, with("DeviceId", nil), 2)) {
		t.Error("without an id, the time counts")
	}
	for name, unknown := range map[string]string{
		"empty":                "",
		"spaces":               " \n",
		"JSON of another form": `{"nonce": 12345}`,
		"the same in base64":   base64.StdEncoding.EncodeToString([]byte(`{"nonce": 12345}`)),
		"payload is no JSON":   `{"payload": "x"}`,
		"payload is an object": `{"payload": {"contextData": {"DeviceId": "d1"}}}`,
		"no context":           `{"payload": "{}"}`,
		"no device":            encoded(t, map[string]any{"DeviceLanguage": "de", "Platform": "IOS"}, 1),
		"id is an object":      encoded(t, map[string]any{"DeviceId": map[string]any{"x": 1}}, 1),
		"too long":             strings.Repeat("x", 40_000),
	} {
		if f := fingerprint(unknown); f != "" {
			t.Errorf("%s: %q, want none", name, f)
		}
	}
}

func TestTimezones(t *testing.T) {
	for given, want := range map[string]string{
		"+01:00": "+01:00", "01:00": "+01:00", "-05:00": "-05:00", "05:45": "+05:45", "+14:00": "+14:00", "-12:00": "-12:00",
		"00:00": "+00:00", "-00:00": "+00:00",
		"+14:01": "", "-12:30": "", "": "", "+1:00": "", "++01:00": "", "01:60": "", "0x:00": "", "01-00": "", "Europe/Zurich": "", "٠١:٠٠": "",
	} {
		if got := risk.OriginOf(netip.Addr{}, "", "", "", given, nil).Timezone; got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}

func FuzzOriginOf(f *testing.F) {
	f.Add("", firefox, encoded(f, map[string]any{"DeviceId": "d1", "ClientTimezone": 3}, 1), "+01:00")
	f.Add("192.0.2.1", "", `{"payload":"{\"contextData\":null}"}`, "-00:61")
	f.Add("::1%x", "(", "====", "+")
	f.Fuzz(func(t *testing.T, address, userAgent, encodedData, timezone string) {
		addr, _ := netip.ParseAddr(address)
		o := risk.OriginOf(addr, userAgent, encodedData, "", timezone, nil)
		if n := len(o.Fingerprint); n != 0 && n != 32 {
			t.Errorf("fingerprint %q", o.Fingerprint)
		}
		if n := len(o.Timezone); n != 0 && n != len("+01:00") {
			t.Errorf("time zone %q", o.Timezone)
		}
		if (o.IP == "") != (o.Network == "") || (o.IP == "") == addr.IsValid() {
			t.Errorf("%+v", o)
		}
	})
}
