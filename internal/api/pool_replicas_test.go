package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"ostiary/cognitoidp"
	"ostiary/internal/userpool"
)

const multiRegionKey = "arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"

func replicated() *cognitoidp.CreateUserPoolRequest {
	return &cognitoidp.CreateUserPoolRequest{
		UserPoolTags: map[string]string{"stage": "test"},
		KeyConfiguration: &cognitoidp.KeyConfigurationType{
			KeyType: cognitoidp.EncryptionKeyTypeCustomerManagedKey, KmsKeyArn: new(multiRegionKey),
		},
	}
}

func replicaText(r *cognitoidp.UserPoolReplicaType) string {
	return fmt.Sprint(*r.RegionName, " ", r.Role, " ", r.Status, " ", *r.UserPoolArn)
}

func (st *stage) replicas() string {
	st.t.Helper()
	out, err := st.ListUserPoolReplicas(st.ctx, &cognitoidp.ListUserPoolReplicasRequest{UserPoolId: st.poolID})
	if err != nil {
		st.t.Fatal(err)
	}
	var lines []string
	for _, r := range out.UserPoolReplicas {
		lines = append(lines, replicaText(&r))
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), st.poolID, "ID")
}

func (st *stage) addReplica(region string) (*cognitoidp.UserPoolReplicaType, error) {
	out, err := st.CreateUserPoolReplica(st.ctx, &cognitoidp.CreateUserPoolReplicaRequest{
		UserPoolId: st.poolID, RegionName: region, UserPoolTags: map[string]string{"where": "far"},
	})
	if err != nil {
		return nil, err
	}
	return out.UserPoolReplica, nil
}

func (st *stage) setReplica(region string, status cognitoidp.UpdateReplicaStatusType) error {
	_, err := st.UpdateUserPoolReplica(st.ctx, &cognitoidp.UpdateUserPoolReplicaRequest{UserPoolId: st.poolID, RegionName: region, Status: status})
	return err
}

func (st *stage) deleteReplica(region string) (*cognitoidp.UserPoolReplicaType, error) {
	out, err := st.DeleteUserPoolReplica(st.ctx, &cognitoidp.DeleteUserPoolReplicaRequest{UserPoolId: st.poolID, RegionName: region})
	if err != nil {
		return nil, err
	}
	return out.UserPoolReplica, nil
}

// TestReplicaLife: a replica is made, switched on, seen everywhere, switched off and removed.
func TestReplicaLife(t *testing.T) {
	st := newStage(t, replicated(), nil)
	const primary = "us-west-2 PRIMARY ACTIVE arn:aws:cognito-idp:us-west-2:111122223333:userpool/ID"
	const secondary = "eu-west-1 SECONDARY %s arn:aws:cognito-idp:eu-west-1:111122223333:userpool/ID"
	check := func(status string) {
		t.Helper()
		wanted := primary
		var regions []string
		if status != "" {
			wanted += "\n" + fmt.Sprintf(secondary, status)
			regions = []string{"eu-west-1"}
		}
		if got := st.replicas(); got != wanted {
			t.Errorf("got\n%s\nwant\n%s", got, wanted)
		}
		out, err := st.ListUserPools(st.ctx, &cognitoidp.ListUserPoolsRequest{MaxResults: 1})
		if err != nil || !slices.Equal(out.UserPools[0].ReplicaRegions, regions) {
			t.Errorf("listed with %v, %v", out.UserPools[0].ReplicaRegions, err)
		}
	}
	check("")
	r, err := st.addReplica("eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(replicaText(r), st.poolID, "ID"); got != fmt.Sprintf(secondary, "CREATING") {
		t.Errorf("created %s", got)
	}
	check("INACTIVE")
	want(t, st.setReplica("eu-west-1", "ACTIVE"), "")
	check("ACTIVE")

	_, err = st.addReplica("eu-west-1")
	want(t, err, "InvalidParameter: The user pool already has a replica in region eu-west-1.")
	_, err = st.addReplica("eu-west-2")
	want(t, err, "LimitExceeded: The user pool already has a replica, the most it may have.")
	_, err = st.deleteReplica("eu-west-1")
	want(t, err, "InvalidParameter: Only a replica with status INACTIVE can be deleted.")
	for _, region := range []string{"eu-west-2", "nowhere"} {
		_, err = st.deleteReplica(region)
		want(t, err, "ResourceNotFound: The user pool has no replica in region "+region+".")
		want(t, st.setReplica(region, "ACTIVE"), "ResourceNotFound: The user pool has no replica in region "+region+".")
	}
	_, err = st.deleteReplica("us-west-2")
	want(t, err, "InvalidParameter: The primary replica of a user pool cannot be changed or deleted.")
	want(t, st.setReplica("us-west-2", "INACTIVE"), "InvalidParameter: The primary replica of a user pool cannot be changed or deleted.")

	_, err = st.UpdateUserPool(st.ctx, &cognitoidp.UpdateUserPoolRequest{
		UserPoolId: st.poolID, KeyConfiguration: &cognitoidp.KeyConfigurationType{KeyType: cognitoidp.EncryptionKeyTypeAwsOwnedKey},
	})
	want(t, err, "InvalidParameter: A user pool with a replica needs a KeyConfiguration with a customer managed multi-Region key.")

	want(t, st.setReplica("eu-west-1", "INACTIVE"), "")
	check("INACTIVE")
	r, err = st.deleteReplica("eu-west-1")
	if err != nil || r.Status != cognitoidp.ReplicaStatusTypeDeleting {
		t.Errorf("deleted: %v, %v", r, err)
	}
	check("")
}

func TestReplicaRefusals(t *testing.T) {
	st := newStage(t, replicated(), nil)
	_, err := st.addReplica("us-west-2")
	want(t, err, "InvalidParameter: The region of a replica must differ from the region of the user pool.")
	_, err = st.addReplica("Europe")
	want(t, err, "InvalidParameter: Europe is not the name of a region.")
	_, err = st.CreateUserPoolReplica(st.ctx, &cognitoidp.CreateUserPoolReplicaRequest{
		UserPoolId: st.poolID, RegionName: "eu-west-1", UserPoolTags: map[string]string{"aws:x": ""},
	})
	want(t, err, "UserPoolTagging: Tag key aws:x is reserved: it begins with aws:")
	_, err = st.ListUserPoolReplicas(st.ctx, &cognitoidp.ListUserPoolReplicasRequest{UserPoolId: "us-west-2_none"})
	want(t, err, "ResourceNotFound: User pool us-west-2_none does not exist.")

	for _, c := range []struct {
		change func(*cognitoidp.CreateUserPoolRequest)
		want   string
	}{
		{func(in *cognitoidp.CreateUserPoolRequest) { in.KeyConfiguration = nil },
			"InvalidParameter: A user pool with a replica needs a KeyConfiguration with a customer managed multi-Region key."},
		{func(in *cognitoidp.CreateUserPoolRequest) {
			in.KeyConfiguration.KmsKeyArn = new(strings.Replace(multiRegionKey, "mrk-", "", 1))
		}, "InvalidParameter: A user pool with a replica needs a KeyConfiguration with a customer managed multi-Region key."},
		{func(in *cognitoidp.CreateUserPoolRequest) { in.UserPoolTier = cognitoidp.UserPoolTierTypeLite },
			"FeatureUnavailableInTier: The following feature is not available for the LITE pricing tier configured: Multi-Region Replication"},
	} {
		in := replicated()
		c.change(in)
		other := *st
		other.poolID = *barePool(t, st.Service, in).Id
		_, err := other.addReplica("eu-west-1")
		want(t, err, c.want)
		if got := other.replicas(); strings.Contains(got, "SECONDARY") {
			t.Errorf("a refusal left\n%s", got)
		}
	}
}

// TestReplicaOfDomain: a custom domain may fail over to a replica, which then cannot be deleted.
func TestReplicaOfDomain(t *testing.T) {
	st := newStage(t, replicated(), nil)
	if _, err := st.addReplica("eu-west-1"); err != nil {
		t.Fatal(err)
	}
	_, err := st.CreateUserPoolDomain(st.ctx, &cognitoidp.CreateUserPoolDomainRequest{
		UserPoolId: st.poolID, Domain: "auth.example.com",
		CustomDomainConfig: &cognitoidp.CustomDomainConfigType{CertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/1"},
		Routing:            &cognitoidp.RoutingType{Failover: &cognitoidp.FailoverType{SecondaryRegion: "eu-west-1", PrimaryRoute53HealthCheckId: "h"}},
	})
	want(t, err, "")
	out, err := st.DescribeUserPoolDomain(st.ctx, &cognitoidp.DescribeUserPoolDomainRequest{Domain: "auth.example.com"})
	if err != nil || out.DomainDescription.Routing.Failover.SecondaryRegion != "eu-west-1" {
		t.Errorf("described %+v, %v", out.DomainDescription, err)
	}
	_, err = st.deleteReplica("eu-west-1")
	want(t, err, "InvalidParameter: The domain auth.example.com fails over to the replica; change its Routing first.")
	_, err = st.UpdateUserPoolDomain(st.ctx, &cognitoidp.UpdateUserPoolDomainRequest{
		UserPoolId: st.poolID, Domain: "auth.example.com", Routing: &cognitoidp.RoutingType{},
	})
	want(t, err, "")
	_, err = st.deleteReplica("eu-west-1")
	want(t, err, "")
}

// TestReplicaRegion goes through the door, in the region of the replica and in others.
func TestReplicaRegion(t *testing.T) {
	st := newStage(t, replicated(), func(c *userpool.Client) {
		c.Settings.ExplicitAuthFlows = []cognitoidp.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	})
	st.confirmed("ana")
	access := st.accessToken("ana")
	if _, err := st.addReplica("eu-west-1"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&Door{Service: st.Service, Timeout: time.Minute, Log: slog.New(slog.DiscardHandler)})
	defer server.Close()

	// call asks for an operation, signed for a region, or with it in the name of the host.
	call := func(operation, region, body string) (code string, answer map[string]any) {
		t.Helper()
		body = strings.NewReplacer("$pool", st.poolID, "$client", st.client.ID, "$access", access).Replace(body)
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", cognitoidp.ContentType)
		req.Header.Set("X-Amz-Target", cognitoidp.TargetPrefix+operation)
		if op, _ := cognitoidp.OperationByName(operation); op.Signed {
			req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=A/20300101/"+region+"/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
			req.Header.Set("X-Amz-Date", "20300101T120000Z")
		} else {
			req.Host = "cognito-idp." + region + ".example.com"
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || json.Unmarshal(text, &answer) != nil {
			t.Fatalf("%s: %v %s", operation, err, text)
		}
		code, _ = answer["__type"].(string)
		return code, answer
	}
	const (
		refused   = "OperationNotEnabledException"
		pool      = `{"UserPoolId": "$pool"}`
		ana       = `{"UserPoolId": "$pool", "Username": "ana"}`
		get       = `{"AccessToken": "$access"}`
		sub       = `{"ClientId": "$client", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ana", "PASSWORD": "` + goodPassword + `"}}`
		adminSub  = `{"UserPoolId": "$pool", "ClientId": "$client", "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {}}`
		attribute = `{"AccessToken": "$access", "UserAttributes": [{"Name": "name", "Value": "Ana"}]}`
		up        = `{"ClientId": "$client", "Username": "ben", "Password": "` + goodPassword + `"}`
	)
	for _, status := range []cognitoidp.UpdateReplicaStatusType{"INACTIVE", "ACTIVE"} {
		want(t, st.setReplica("eu-west-1", status), "")
		whileActive := ""
		if status == "INACTIVE" {
			whileActive = refused
		}
		for _, c := range []struct{ operation, body, want string }{
			{"DescribeUserPool", pool, ""},
			{"AdminGetUser", ana, ""},
			{"GetUser", get, whileActive},
			{"UpdateUserAttributes", attribute, refused},
			{"SignUp", up, refused},
			{"AdminDisableUser", ana, refused},
			{"UpdateUserPool", pool, refused},
			{"DeleteUserPool", pool, refused},
			{"DeleteUserPoolReplica", `{"UserPoolId": "$pool", "RegionName": "eu-west-1"}`, refused},
			{"ListUserPoolReplicas", pool, ""},
			{"GetLogDeliveryConfiguration", pool, ""}, // does not declare the refusal
		} {
			if got, answer := call(c.operation, "eu-west-1", c.body); got != c.want {
				t.Errorf("%s in the region of a replica that is %s: %v", c.operation, status, answer)
			}
		}
		for _, region := range []string{"us-west-2", "ap-south-1"} {
			for _, c := range []struct{ operation, body string }{{"GetUser", get}, {"UpdateUserAttributes", attribute}, {"AdminEnableUser", ana}} {
				if got, answer := call(c.operation, region, c.body); got != "" {
					t.Errorf("%s in %s: %v", c.operation, region, answer)
				}
			}
		}
		// With a client only, or a client and a pool: refused before the sign-in begins, or by it.
		if got, answer := call("InitiateAuth", "eu-west-1", `{"ClientId": "none0000", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {}}`); got == refused {
			t.Errorf("an unknown client: %v", answer)
		}
		if got, answer := call("AdminInitiateAuth", "eu-west-1", adminSub); (got == refused) != (status == "INACTIVE") {
			t.Errorf("AdminInitiateAuth while %s: %v", status, answer)
		}
		if status == "INACTIVE" {
			if got, answer := call("InitiateAuth", "eu-west-1", sub); got != refused {
				t.Errorf("InitiateAuth: %v", answer)
			}
		}
	}

	// What a replica has of its own.
	arn := "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + st.poolID
	for _, region := range []string{"eu-west-1", "us-west-2"} { // an ARN names its region itself
		if code, answer := call("TagResource", region, `{"ResourceArn": "`+arn+`", "Tags": {"in": "`+region+`"}}`); code != "" {
			t.Errorf("TagResource in %s: %v", region, answer)
		}
	}
	_, answer := call("ListTagsForResource", "eu-west-1", `{"ResourceArn": "`+arn+`"}`)
	if got := fmt.Sprint(answer["Tags"]); got != "map[in:us-west-2 where:far]" {
		t.Errorf("the replica's tags: %s", got)
	}
	for region, wanted := range map[string]string{
		"eu-west-1": arn + " map[in:us-west-2 where:far]", "us-west-2": strings.Replace(arn, "eu-west-1", "us-west-2", 1) + " map[stage:test]",
	} {
		_, answer := call("DescribeUserPool", region, pool)
		described := answer["UserPool"].(map[string]any)
		if got := fmt.Sprint(described["Arn"], " ", described["UserPoolTags"]); got != wanted {
			t.Errorf("described in %s: %s", region, got)
		}
	}
	if _, err := st.CreateUserPoolDomain(st.ctx, &cognitoidp.CreateUserPoolDomainRequest{UserPoolId: st.poolID, Domain: "shop"}); err != nil {
		t.Fatal(err)
	}
	for region, domains := range map[string]int{"eu-west-1": 0, "us-west-2": 1} {
		_, answer := call("DescribeUserPoolDomain", region, `{"Domain": "shop"}`)
		if got := answer["DomainDescription"].(map[string]any); min(len(got), 1) != domains {
			t.Errorf("a prefix described in %s: %v", region, got)
		}
	}
}

// TestSecondaryUse: the table names operations that there are and that can be refused.
func TestSecondaryUse(t *testing.T) {
	for name := range secondaryUse {
		op, ok := cognitoidp.OperationByName(name)
		if !ok || !slices.Contains(op.Errors, cognitoidp.OperationNotEnabledException) {
			t.Errorf("%s is no operation that declares OperationNotEnabledException", name)
		}
	}
}
