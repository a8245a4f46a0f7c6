package userimport

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ostiary/cognitoidp"
	"ostiary/internal/mfa"
	"ostiary/internal/store"
	"ostiary/internal/userpool"
)

func custom(name string, kind cognitoidp.AttributeDataType) cognitoidp.SchemaAttributeType {
	return cognitoidp.SchemaAttributeType{Name: &name, AttributeDataType: kind}
}

func TestHeader(t *testing.T) {
	w := newWorld(t, memory(t), &cognitoidp.CreateUserPoolRequest{Schema: []cognitoidp.SchemaAttributeType{custom("shoe", "Number")}})
	want := strings.Fields(`name given_name family_name middle_name nickname preferred_username profile picture website
		email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at
		custom:shoe cognito:mfa_enabled cognito:username`)
	if diff := cmp.Diff(want, Header(w.pool())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestImportedUser: what a user looks like.
func TestImportedUser(t *testing.T) {
	w := newWorld(t, memory(t), &cognitoidp.CreateUserPoolRequest{Schema: []cognitoidp.SchemaAttributeType{custom("shoe", "Number")}})
	j := w.run(w.table("user=ana name=Ana_Li email=ana@example.com email_verified=TRUE birthdate=01/31/2000 updated_at=1700000000 custom:shoe=38"))
	if got, want := summary(j), "Succeeded: The user import job has completed. 1 imported, 0 skipped, 0 failed"; got != want {
		t.Fatalf("got %s\nlog %v", got, w.lines(j.ID))
	}
	u := w.user("ana")
	if u.Status != "RESET_REQUIRED" || !u.Enabled || u.Password != nil || !u.Created.Equal(w.now) || u.Sub == "" || u.Sub == u.Username {
		t.Errorf("got %+v", u)
	}
	want := map[string]string{
		"name": "Ana Li", "email": "ana@example.com", "email_verified": "true", "birthdate": "2000-01-31",
		"updated_at": "1700000000", "custom:shoe": "38",
	}
	if diff := cmp.Diff(want, u.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if !j.Ended.Equal(w.now) || !j.Started.Equal(w.now) || !j.Due.IsZero() || j.Worker != "" {
		t.Errorf("the job is left as %+v", j)
	}
}

const good = " email_verified=true email="

// TestRowRefusals: each rule of a row, its reason, and that the rows around it are imported.
func TestRowRefusals(t *testing.T) {
	w := newWorld(t, memory(t), &cognitoidp.CreateUserPoolRequest{
		AliasAttributes: []cognitoidp.AliasAttributeType{"email", "preferred_username"},
		Schema: []cognitoidp.SchemaAttributeType{
			custom("shoe", "Number"), {Name: new("name"), Required: new(true), AttributeDataType: "String"},
		},
	})
	w.run(w.table("user=old name=Old preferred_username=elder" + good + "old@example.com"))
	const schema = "Attributes did not conform to the schema: "
	cases := []struct{ row, want string }{
		{"user=first name=x" + good + "first@example.com", ""},
		{"user=old name=x" + good + "new@example.com", "[SKIPPED] The user already exists."},
		{"user=first name=x" + good + "again@example.com", "[SKIPPED] The user already exists."},
		{"user=elder name=x" + good + "new@example.com", "[SKIPPED] The user already exists."},
		{"user=a1 name=x" + good + "old@example.com", "[FAILED] An account with the email already exists."},
		{"user=a2 name=x email=old@example.com email_verified=false", "[FAILED] The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."},
		{"user=a3 name=x preferred_username=elder" + good + "a3@example.com", "[FAILED] An account with the preferred_username already exists."},
		{"user=a4 name=x phone_number=+15555550100 phone_number_verified=true", "[FAILED] The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."},
		{"user=a5" + good + "a5@example.com", "[FAILED] " + schema + "name: The attribute is required"},
		{"name=x" + good + "a6@example.com", "[FAILED] cognito:username must have 1 to 128 characters, none of them white space."},
		{"user=a_7 name=x" + good + "a7@example.com", "[FAILED] cognito:username must have 1 to 128 characters, none of them white space."},
		{"user=" + strings.Repeat("é", 129) + " name=x" + good + "a7@example.com", "[FAILED] cognito:username must have 1 to 128 characters, none of them white space."},
		{"user=a8@example.com name=x" + good + "a8@example.com", "[FAILED] Username cannot be of email format, since user pool is configured for email alias."},
		{"user=a9 name=x email_verified=true", "[FAILED] email needs a value for email_verified to be set to true."},
		{"user=b1 name=x" + good + "not-an-address", "[FAILED] Invalid email address format."},
		{"user=b2 name=x phone_number=5555" + good + "b2@example.com", "[FAILED] Invalid phone number format."},
		{"user=b3 name=x birthdate=31/01/2000" + good + "b3@example.com", "[FAILED] birthdate must be a date of the form MM/DD/YYYY."},
		{"user=b4 name=x birthdate=02/30/2000" + good + "b4@example.com", "[FAILED] birthdate must be a date of the form MM/DD/YYYY."},
		{"user=b5 name=x updated_at=yesterday" + good + "b5@example.com", "[FAILED] " + schema + "updated_at: Number must be written in digits"},
		{"user=b6 name=x custom:shoe=large" + good + "b6@example.com", "[FAILED] " + schema + "custom:shoe: Number must be written in digits"},
		{"user=b7 name=x email_verified=yes email=b7@example.com", "[FAILED] " + schema + "email_verified: Boolean must be either true or false"},
		{"user=b8 cognito:mfa_enabled= name=x" + good + "b8@example.com", "[FAILED] cognito:mfa_enabled must be true or false."},
		{"user=b9 cognito:mfa_enabled=true name=x" + good + "b9@example.com", "[FAILED] cognito:mfa_enabled must be false, for MFA is off in the user pool."},
		{"user=c1 name=" + strings.Repeat("x", 2049) + good + "c1@example.com", "[FAILED] name: String must be no longer than 2048 characters"},
		{"user=c2 name=x" + good + "c2@example.com", ""},
		{"user=c3 name=x preferred_username=c2" + good + "c3@example.com", "[FAILED] An account with the preferred_username already exists."},
		{"user=last name=x birthdate=2000-01-31" + good + "last@example.com", ""},
	}
	var rows, want []string
	var wanted []string
	for i, c := range cases {
		rows = append(rows, c.row)
		if c.want == "" {
			name, _, _ := strings.Cut(strings.TrimPrefix(c.row, "user="), " ")
			wanted = append(wanted, name)
			continue
		}
		outcome, why, _ := strings.Cut(c.want, " ")
		want = append(want, fmt.Sprintf("%s Line Number %d - %s", outcome, i+2, why))
	}
	j := w.run(w.table(rows...))
	if diff := cmp.Diff(want, w.lines(j.ID)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	for _, name := range wanted {
		w.user(name)
	}
	if got, wants := summary(j), "Failed: Too many users have failed or been skipped during the import. 3 imported, 3 skipped, 21 failed"; got != wants {
		t.Errorf("got %s, want %s", got, wants)
	}
	if text := w.log.String(); strings.Count(text, "row not imported") != len(want) || strings.Contains(text, "example.com") || strings.Contains(text, "elder") {
		t.Errorf("the server's log: %s", text)
	}
	if got := len(w.usernames()); got != 1+len(wanted) {
		t.Errorf("%d users: %v", got, w.usernames())
	}
}

// TestBrokenRows: what is no row at all costs one row.
func TestBrokenRows(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	lines := strings.SplitAfter(w.table("user=ana"+good+"ana@example.com", "user=ben"+good+"ben@example.com"), "\n")
	j := w.run(lines[0] + lines[1] + "a,b\n" + "\"open\n" + "\xff\xfe\n\n" + strings.Repeat("x", 70_000) + "\n" + lines[2])
	want := []string{
		"[FAILED] Line Number 3 - The line has 2 values, the header has 21 columns.",
		"[FAILED] Line Number 4 - A value that begins with a quotation mark must end with one, followed by a comma or the end of the line.",
		"[FAILED] Line Number 5 - The line is not valid UTF-8.",
		"[FAILED] Line Number 7 - The line is longer than 16000 characters.",
	}
	if diff := cmp.Diff(want, w.lines(j.ID)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ana", "ben"}, w.usernames()); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

// TestFilesOfNoUse: a file that cannot be right imports nobody.
func TestFilesOfNoUse(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	w.MaxRows = 2
	row := func(name string) string { return "user=" + name + good + name + "@example.com" }
	whole := w.table(row("ana"), row("ben"))
	header, _, _ := strings.Cut(whole, "\n")
	for text, want := range map[string]string{
		"":   "The CSV file is empty.",
		"\n": "The CSV file is empty.",
		strings.Replace(whole, "gender", "sex", 1):              `The header of the CSV file has a column that the user pool does not: "sex".`,
		strings.Replace(whole, "gender", "locale", 1):           `The header of the CSV file has a column twice: "locale".`,
		strings.Replace(whole, "gender,", "", 1):                "The header of the CSV file lacks columns: gender.",
		"\"" + whole:                                            "The header of the CSV file cannot be read: A value that begins with a quotation mark must end with one, followed by a comma or …",
		whole + strings.SplitN(w.table(row("eve")), "\n", 2)[1]: "The CSV file has more than 2 rows.",
	} {
		j := w.run(text)
		if got, want := summary(j), "Failed: "+want+" 0 imported, 0 skipped, 0 failed"; got != want {
			t.Errorf("%.40q: got  %s\nwant %s", text, got, want)
		}
	}
	if names := w.usernames(); len(names) > 0 {
		t.Errorf("users: %v", names)
	}

	for _, text := range []string{header + "\n", whole, "\ufeff" + strings.ReplaceAll(whole, "\n", "\r\n")} {
		if j := w.run(text); j.Status == "Failed" && j.Message != userpool.ImportMostFailed {
			t.Errorf("%.40q: %s", text, summary(j))
		}
	}
	if diff := cmp.Diff([]string{"ana", "ben"}, w.usernames()); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}

// TestColumnsInAnyOrder, and quoted.
func TestColumnsInAnyOrder(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	var names, values []string
	for _, c := range Header(w.pool()) {
		names = append([]string{`" ` + c + ` "`}, names...)
		values = append([]string{map[string]string{
			"address": "\"1 Main St, \"\"Rear\"\"\nSpringfield\"", "nickname": `An\, a`, "email": " ana@example.com ", "email_verified": "true",
			columnMFA: "False", columnUsername: `"ana"`,
		}[c]}, values...)
	}
	j := w.run(strings.Join(names, ",") + "\n" + strings.Join(values, ",") + "\nx\n")
	if diff := cmp.Diff([]string{"[FAILED] Line Number 4 - The line has 1 values, the header has 21 columns."}, w.lines(j.ID)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	want := map[string]string{"address": "1 Main St, \"Rear\"\nSpringfield", "nickname": "An, a", "email": "ana@example.com", "email_verified": "true"}
	if diff := cmp.Diff(want, w.user("ana").Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// TestAddressesAsUsernames: the username is the sub, and the address the name to sign in by.
func TestAddressesAsUsernames(t *testing.T) {
	w := newWorld(t, memory(t), &cognitoidp.CreateUserPoolRequest{
		UsernameAttributes:    []cognitoidp.UsernameAttributeType{"email"},
		UsernameConfiguration: &cognitoidp.UsernameConfigurationType{CaseSensitive: false},
	})
	j := w.run(w.table(
		"user=ana@example.com email_verified=true",
		"user=ben@example.com email=BEN@example.com email_verified=true",
		"user=ANA@example.com email_verified=true",
		"user=carl email_verified=true email=carl@example.com",
		"user=dora@example.com email_verified=true email=other@example.com",
	))
	want := []string{
		"[SKIPPED] Line Number 4 - The user already exists.",
		"[FAILED] Line Number 5 - Username should be an email.",
		"[FAILED] Line Number 6 - The email attribute does not match the username.",
	}
	if diff := cmp.Diff(want, w.lines(j.ID)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	u := w.user("Ana@example.com")
	if u.Username != u.Sub || u.Attributes["email"] != "ana@example.com" {
		t.Errorf("got %s with sub %s and %v", u.Username, u.Sub, u.Attributes)
	}
	w.user("ben@example.com")
}

// TestMFAFlag: it has to agree with the pool, and switches on codes that leave an address to recover by.
func TestMFAFlag(t *testing.T) {
	const both = " phone_number=+1555555010%d phone_number_verified=true email=%s@example.com email_verified=true"
	for mode, want := range map[cognitoidp.UserPoolMfaType]string{
		"OPTIONAL": "no[] phone[SMS_MFA] both[SMS_MFA] " +
			"[FAILED] Line Number 5 - cognito:mfa_enabled must be false, for the user has no address to which the user pool sends MFA codes",
		"ON": "phone[SMS_MFA] both[SMS_MFA] mail[] [FAILED] Line Number 2 - cognito:mfa_enabled must be true, for the user pool requires MFA",
	} {
		w := newWorld(t, memory(t), &cognitoidp.CreateUserPoolRequest{AutoVerifiedAttributes: []cognitoidp.VerifiedAttributeType{"email", "phone_number"},
			SmsConfiguration: &cognitoidp.SmsConfigurationType{SnsCallerArn: new(role)}})
		w.update(func(tx store.Tx) error {
			p, err := tx.Pool(w.ctx, poolID)
			if err != nil {
				return err
			}
			p.Settings.MfaConfiguration, p.SMSMFA = mode, &cognitoidp.SmsMfaConfigType{}
			return tx.SavePool(w.ctx, p)
		})
		j := w.run(w.table(
			"user=no"+fmt.Sprintf(both, 1, "no"),
			"user=phone cognito:mfa_enabled=True phone_number=+15555550102 phone_number_verified=true",
			"user=both cognito:mfa_enabled=true"+fmt.Sprintf(both, 3, "both"),
			"user=mail cognito:mfa_enabled=true email=mail@example.com email_verified=true",
		))
		var got []string
		names := strings.Join(w.usernames(), " ")
		for _, name := range []string{"no", "phone", "both", "mail"} {
			if strings.Contains(" "+names+" ", " "+name+" ") {
				got = append(got, name+fmt.Sprint(mfa.Active(w.user(name))))
			}
		}
		for _, l := range w.lines(j.ID) {
			got = append(got, strings.TrimSuffix(l, "."))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: got  %s\nwant %s", mode, text, want)
		}
	}
}

// TestExpiry: a job that nobody starts is gone with its file after a day.
func TestExpiry(t *testing.T) {
	w := newWorld(t, memory(t), nil)
	id := w.create()
	if err := w.receive(id, "text"); err != nil {
		t.Fatal(err)
	}
	name := w.job(id).File
	w.now = w.now.Add(userpool.ImportJobLife - time.Second)
	w.work()
	if j := w.job(id); j.Status != "Created" {
		t.Fatalf("too early: %s", summary(j))
	}
	w.now = w.now.Add(time.Second)
	if j := w.job(id).At(w.now); j.Status != "Expired" {
		t.Errorf("not noticed yet: %s", summary(j))
	}
	if err := w.change(id, func(j *userpool.ImportJob) error { return j.Start(w.now) }); err == nil {
		t.Error("an expired job was started")
	}
	w.work()
	if got, want := summary(w.job(id)), "Expired: The user import job has expired. 0 imported, 0 skipped, 0 failed"; got != want {
		t.Errorf("got %s", got)
	}
	w.view(func(r store.Reader) error {
		if _, err := r.ImportChunk(w.ctx, poolID, id, name, 0); err == nil {
			t.Error("the file is still there")
		}
		return nil
	})
	w.work() // and there is nothing to do any more
}
