package risk

import (
	"net/netip"
	"strings"

	"ostiary/internal/useragent"
	"ostiary/internal/userpool"
)

// The prefixes that stand for a network where its autonomous system is not known: the smallest that are
// announced on their own, and what a site is given (RFC 6177).
const (
	networkBits4 = 24
	networkBits6 = 48
)

// OriginOf describes where a request comes from. The address is the only part that the client cannot
// choose. userAgent is its User-Agent header, encodedData the EncodedData of UserContextData or ContextData,
// deviceKey a device that it claims to be, timezone its offset from UTC such as "+01:00"; each may be "".
// places may be nil.
func OriginOf(
	addr netip.Addr, userAgent, encodedData, deviceKey, timezone string, places Places,
) userpool.Origin {
	client := readEncodedData(encodedData)
	if userAgent == "" {
		userAgent = client.userAgent
	}
	if timezone = normalTimezone(timezone); timezone == "" {
		timezone = client.timezone
	}
	agent := useragent.Parse(userAgent)
	origin := userpool.Origin{
		DeviceName:  agent.Name(),
		Agent:       agent.Family(),
		Fingerprint: client.fingerprint,
		DeviceKey:   deviceKey,
		Timezone:    timezone,
	}
	if !addr.IsValid() {
		return origin
	}
	addr = plain(addr)
	origin.IP = addr.String()
	if places != nil {
		if place, ok := places.Locate(addr); ok {
			origin.City, origin.Country, origin.Network = place.City, place.Country, place.Network
			origin.Latitude, origin.Longitude, origin.HasPlace = place.Latitude, place.Longitude, place.HasPlace
		}
	}
	if origin.Network == "" {
		origin.Network = prefixOf(addr)
	}
	return origin
}

func prefixOf(addr netip.Addr) string {
	bits := networkBits6
	if addr.Is4() {
		bits = networkBits4
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// normalTimezone brings an offset from UTC into the form "+01:00": clients of some platforms leave out
// the plus. It is "" for what is no offset that exists, -12:00 to +14:00.
func normalTimezone(offset string) string {
	minutes, ok := timezoneMinutes(offset)
	if !ok {
		return ""
	}
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	hours, rest := minutes/60, minutes%60
	return string([]byte{
		sign, byte('0' + hours/10), byte('0' + hours%10), ':', byte('0' + rest/10), byte('0' + rest%10),
	})
}

// timezoneMinutes reads an offset from UTC.
func timezoneMinutes(offset string) (int, bool) {
	digits := strings.TrimLeft(offset, "+-")
	if len(offset)-len(digits) > 1 || len(digits) != 5 || digits[2] != ':' {
		return 0, false
	}
	n := [4]int{}
	for i, at := range [4]int{0, 1, 3, 4} {
		if digits[at] < '0' || digits[at] > '9' {
			return 0, false
		}
		n[i] = int(digits[at] - '0')
	}
	minutes := (n[0]*10+n[1])*60 + n[2]*10 + n[3]
	if n[2] > 5 || minutes > 14*60 {
		return 0, false
	}
	if strings.HasPrefix(offset, "-") {
		minutes = -minutes
	}
	return minutes, minutes >= -12*60
}
