package useragent

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFamily(t *testing.T) {
	for userAgent, want := range map[string]string{
		"": "",

		// Browsers.
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36":                                       "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0":                         "Edge on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 OPR/114.0.0.0":                         "Opera on Windows",
		"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko":                                                                                 "Internet Explorer on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15":                                 "Safari on macOS",
		"Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0":                                                                                "Firefox on Linux",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36":                                        "Chrome on ChromeOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1":               "Safari on iOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1":        "Chrome on iOS",
		"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/131.0 Mobile/15E148 Safari/605.1.15":                      "Firefox on iPadOS",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36":                                 "Chrome on Android",
		"Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36":            "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) notes/2.1.0 Chrome/126.0.6478.36 Electron/31.0.1 Safari/537.36": "Electron app on macOS",
		"Mozilla/5.0 (compatible; Robot/2.1; +http://robot.example/)":                                                                                           "",
		"Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko)":                                                                "",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148":                                         "iOS",

		// Apps and libraries.
		"Bank/7 CFNetwork/1494.0.7 Darwin/23.4.0":                        "Bank on Darwin",
		"My%20Bank/7 CFNetwork/1494.0.7 Darwin/23.4.0":                   "My Bank on Darwin",
		"Bank/1.0 (com.example.bank; build:1; iOS 17.0.0) Alamofire/5.8": "Bank on iOS",
		"Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)":        "Android",
		"okhttp/4.12.0": "okhttp",
		"axios/1.7.2":   "axios",
		"curl/8.5.0":    "curl",
		"Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.2":           "Boto3 on Linux",
		"aws-cli/2.17.0 md/awscrt#0.20.11 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.11.8":          "aws-cli on macOS",
		"aws-sdk-js/3.658.0 ua/2.1 os/win32#10.0 lang/js md/nodejs#20.11.0 api/cognito-identity-provider#3": "aws-sdk-js on Windows",
		"aws-sdk-java/2.28.0 Linux/6.1.0 OpenJDK_64-Bit_Server_VM/21 Java/21 vendor/Eclipse":                "aws-sdk-java on Linux",

		// What is no honest name.
		"<script>alert(1)</script>/1.0":  "",
		"%00%0a/1.0":                     "",
		"com.example.bank/1.0":           "com example bank",
		"evil.example.%20Log%20in/1":     "evil example Log in",
		"You%20have%20to%20call%20us/1":  "",
		"Call%20+1-555-0100/1":           "",
		"http:%2f%2fevil.example/1":      "",
		"%ff%fe/1.0":                     "",
		"%zz/1.0":                        "",
		"1.0/2.0":                        "",
		strings.Repeat("a", 65) + "/1.0": "",
		strings.Repeat("a", 64) + "/1.0": strings.Repeat("a", 64),
		"((((":                           "",
		"))))/1":                         "",
		"\xff\xfe":                       "",
		strings.Repeat("x ", 600) + "iPhone Firefox/1": "x", // nobody reads that far
	} {
		if got := Parse(userAgent).Family(); got != want {
			t.Errorf("%.120q is %q, want %q", userAgent, got, want)
		}
	}
}

func TestName(t *testing.T) {
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36":                                "Chrome 129, Windows 10",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15":                          "Safari 17, macOS 10",
		"Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0":                                                                         "Firefox 131, Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1": "Chrome 129, iOS 17",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36":                          "Chrome 129, Android 14",
		"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko":                                                                          "Internet Explorer, Windows 10",
		"okhttp/4.12.0":                "okhttp 4",
		"curl/123456789.5.0":           "curl",
		"":                             "",
		"Firefox/131 (Windows NT ten)": "Firefox 131, Windows",
	} {
		if got := Parse(userAgent).Name(); got != want {
			t.Errorf("%.120q is %q, want %q", userAgent, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Mozilla/5.0 (Windows NT 10.0) Firefox/1")
	f.Add("My%20Bank/7 (iPhone")
	f.Fuzz(func(t *testing.T, userAgent string) {
		got := Parse(userAgent).Family()
		if name := Parse(userAgent).Name(); !utf8.ValidString(name) || len([]rune(name)) > 120 {
			t.Errorf("%q is called %q", userAgent, name)
		}
		if !utf8.ValidString(got) || len([]rune(got)) > 100 || strings.TrimSpace(got) != got {
			t.Errorf("%q is %q", userAgent, got)
		}
	})
}
