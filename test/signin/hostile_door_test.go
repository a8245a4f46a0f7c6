package signin_test

import "testing"

// TestOtherDoor: a sign-in begun by one pair of operations and answered by the other either goes on by the
// same rules, at every challenge, or at none.
func TestOtherDoor(t *testing.T) {
	t.Parallel()
	sc := newScenes(t, sqlite)
	took := map[bool][]string{}
	for _, st := range stages {
		for _, d := range []door{publicly, asAdmin} {
			u := sc.cast(t, st)
			s := u.play(t, st.through(d))
			p := u.present(t, st, &s)
			p.door = 1 - d
			got := p.send()
			took[!got.refused()] = append(took[!got.refused()], d.String()+" "+st.String())
			if got.refused() {
				wantRefused(t, d.String()+" "+st.String(), got, "NotAuthorizedException", srpRefusal)
				p.door = d
				wantOnward(t, d.String()+" "+st.String()+" by its own door", p.send())
			} else {
				wantOnward(t, d.String()+" "+st.String()+" by the other door", got)
			}
		}
	}
	if len(took[true]) > 0 && len(took[false]) > 0 {
		t.Errorf("the other door is open to %v, closed to %v", took[true], took[false])
	}
	t.Logf("the other door is open to %d stages, closed to %d", len(took[true]), len(took[false]))
}

// TestAdministratorsName: the challenge of the old name of the administrators' flow.
func TestAdministratorsName(t *testing.T) {
	t.Parallel()
	sc := newScenes(t, sqlite)
	for _, st := range stages {
		u := sc.cast(t, st)
		s := u.play(t, st)
		for _, d := range []door{publicly, asAdmin} {
			got := u.respond(d, u.client, "ADMIN_NO_SRP_AUTH", s.session, map[string]string{"USERNAME": u.name, "PASSWORD": password})
			if !got.refused() {
				t.Errorf("%s answered ADMIN_NO_SRP_AUTH (%s): %s", st, d, got)
			}
		}
	}
}
