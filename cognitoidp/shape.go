package cognitoidp

import (
	"fmt"
	"reflect"
	"sync"
)

// Kind is the type of a shape in the service model.
type Kind uint8

// The kinds of shapes.
const (
	KindStructure Kind = iota
	KindList
	KindMap
	KindString
	KindInteger // 32 bits
	KindLong    // 64 bits
	KindBoolean
	KindTimestamp
	KindBlob
	KindDocument // any JSON
)

// Shape describes one shape of the service model.
type Shape struct {
	Name      string
	Kind      Kind
	Members   []Member // of a structure, in the model's order
	Key       *Shape   // of a map
	Element   *Shape   // of a list, or the values of a map
	Min, Max  *int64   // length of strings, lists and maps, size of blobs, value of numbers; inclusive
	Pattern   string   // as in the model; it must match the whole text
	Enum      []string // in the order in which the service prints it
	Sensitive bool
	Error     bool // an exception: its value is an Error

	zero  any      // a nil pointer to the shape's Go type
	match *matcher // of Pattern
	plan  plan
}

// Member is a member of a structure.
type Member struct {
	Name     string
	Shape    *Shape
	Required bool
}

// ShapeByName finds a shape of the service model; nil if it has none of that name.
func ShapeByName(name string) *Shape { return shapeNames()[name] }

// Shapes are all shapes of the service model, by name.
func Shapes() []*Shape { return allShapes[:] }

var shapeNames = sync.OnceValue(func() map[string]*Shape {
	names := make(map[string]*Shape, len(allShapes))
	for _, s := range allShapes {
		names[s.Name] = s
	}
	return names
})

var shapeTypes = sync.OnceValue(func() map[reflect.Type]*Shape {
	types := make(map[reflect.Type]*Shape, len(allShapes))
	for _, s := range allShapes {
		if s.Kind == KindStructure && !s.Error || len(s.Enum) > 0 {
			types[s.goType()] = s
		}
	}
	return types
})

// New makes an empty value of the shape and answers a pointer to it, for instance *SignUpRequest for
// the shape SignUpRequest or *string for UsernameType.
func (s *Shape) New() any {
	if s.Error {
		return &Error{Code: ErrorCode(s.Name)}
	}
	return reflect.New(s.goType()).Interface()
}

func (s *Shape) goType() reflect.Type { return reflect.TypeOf(s.zero).Elem() }

// ShapeOf finds the shape of a generated structure or enum type, given a value of it or a pointer to
// one. It panics for any other type: use a method of the Shape for those.
func ShapeOf(v any) *Shape {
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	s := shapeTypes()[t]
	if s == nil {
		panic(fmt.Sprintf("cognitoidp: %T is no generated structure or enum", v))
	}
	return s
}

// plan is how the members of a structure lie in its Go struct.
type plan struct {
	once   sync.Once
	fields []field
	byName map[string]int
}

type field struct {
	index   int
	pointer bool // to a scalar or structure: nil means absent
	quoted  string
}

// fields answers where the members of a structure are, and finds a member by its wire name.
func (s *Shape) layout() *plan {
	s.plan.once.Do(func() {
		t := s.goType()
		s.plan.fields = make([]field, len(s.Members))
		s.plan.byName = make(map[string]int, len(s.Members))
		for i, m := range s.Members {
			f, ok := t.FieldByName(upperFirst(m.Name))
			if !ok {
				panic("cognitoidp: " + t.Name() + " has no field for " + m.Name)
			}
			s.plan.fields[i] = field{
				index:   f.Index[0],
				pointer: f.Type.Kind() == reflect.Pointer,
				quoted:  string(appendString(nil, m.Name)) + ":",
			}
			s.plan.byName[m.Name] = i
		}
	})
	return &s.plan
}

func upperFirst(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

func lowerFirst(s string) string {
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		return string(s[0]-'A'+'a') + s[1:]
	}
	return s
}
