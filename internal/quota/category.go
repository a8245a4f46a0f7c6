package quota

// Category is a class of operations that share a rate. The values are those of the attribute
// Category in GetProvisionedLimit and UpdateProvisionedLimit.
type Category string

const (
	UserAuthentication     Category = "UserAuthentication"
	UserCreation           Category = "UserCreation"
	UserFederation         Category = "UserFederation" // answers of upstream providers, no operation
	UserAccountRecovery    Category = "UserAccountRecovery"
	UserRead               Category = "UserRead"
	UserUpdate             Category = "UserUpdate"
	UserToken              Category = "UserToken"
	UserResourceRead       Category = "UserResourceRead"
	UserResourceUpdate     Category = "UserResourceUpdate"
	UserList               Category = "UserList"
	UserPoolRead           Category = "UserPoolRead"
	UserPoolUpdate         Category = "UserPoolUpdate"
	UserPoolResourceRead   Category = "UserPoolResourceRead"
	UserPoolResourceUpdate Category = "UserPoolResourceUpdate"
	UserPoolClientRead     Category = "UserPoolClientRead"
	UserPoolClientUpdate   Category = "UserPoolClientUpdate"
	ClientAuthentication   Category = "ClientAuthentication" // client_credentials at the token endpoint too
	LimitManagement        Category = "LimitManagement"
)

// perPoolRate is what each operation may be called with on one pool, in requests per second, if
// its category is narrowed.
const perPoolRate = 5

// Limit is what the service gives an account: a default rate, in requests per second, that can
// be raised only where Adjustable.
type Limit struct {
	Rate       int
	Adjustable bool
}

// Limits returns the default limit of every category.
func Limits() map[Category]Limit {
	return map[Category]Limit{
		UserAuthentication:     {120, true},
		UserCreation:           {50, true},
		UserFederation:         {25, true},
		UserAccountRecovery:    {30, false},
		UserRead:               {120, true},
		UserUpdate:             {25, false},
		UserToken:              {120, true},
		UserResourceRead:       {50, true},
		UserResourceUpdate:     {25, false},
		UserList:               {30, false},
		UserPoolRead:           {15, false},
		UserPoolUpdate:         {15, false},
		UserPoolResourceRead:   {20, false},
		UserPoolResourceUpdate: {15, false},
		UserPoolClientRead:     {15, false},
		UserPoolClientUpdate:   {15, false},
		ClientAuthentication:   {150, false},
		LimitManagement:        {1, false},
	}
}

// Provisioned is the rate that a category is held to, in requests per second: the one set for it
// within what the account may have, which is at most ceiling times the default. Zero or less for set
// means that none is.
func (l Limit) Provisioned(set, ceiling int) int {
	if !l.Adjustable {
		return l.Rate
	}
	return min(max(set, l.Rate), l.Max(ceiling))
}

// Max is the most that the rate may be set to.
func (l Limit) Max(ceiling int) int {
	if !l.Adjustable {
		return l.Rate
	}
	return l.Rate * max(ceiling, 1)
}

func narrowed(c Category) bool {
	switch c {
	case UserPoolResourceRead, UserPoolResourceUpdate, UserPoolClientRead, UserPoolClientUpdate:
		return true
	default:
		return false
	}
}
