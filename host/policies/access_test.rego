package voiceassist.access_test

import data.voiceassist.access
import rego.v1

roles := {"viewer", "user", "medical_staff", "admin"}

# What a role with this state of its second factor is told about an operation.
told(role, factor, operation) := decision if {
	decision := access.decision with input as {
		"subject": {"role": role, "second_factor": factor, "nextcloud": false},
		"operation": operation,
	}
}

allowed(role, factor, operation) if told(role, factor, operation).allow

test_nobody_signs_in_and_does_nothing_else if {
	allowed("nobody", "none", "POST /api/v1/session")
	allowed("nobody", "none", "POST /api/v1/session/refresh")
	every name, members in access.operations {
		every operation in members {
			opens(name, operation)
		}
	}
}

opens(name, _) if name == "open"

opens(_, operation) if told("nobody", "none", operation) == {"allow": false, "reason": "signed-out"}

test_everyone_reads_their_own if {
	every role in roles {
		allowed(role, "none", "GET /api/v1/conversations/{id}")
	}
}

test_a_viewer_neither_asks_nor_uploads if {
	every operation in access.operations.ask {
		told("viewer", "fresh", operation) == {"allow": false, "reason": "viewer"}
		allowed("user", "none", operation)
		allowed("medical_staff", "none", operation)
	}
}

test_a_viewer_does_not_speak_either if {
	told("viewer", "none", "POST /api/v1/voice/sessions").reason == "viewer"
	told("viewer", "none", "GET /api/v1/voice").reason == "viewer"
	told("nobody", "none", "GET /api/v1/voice").reason == "signed-out"
	allowed("user", "none", "GET /api/v1/voice")
	told("user", "fresh", "GET /api/admin/panel/voice/tt-analytics").reason == "admin-only"
}

test_only_an_admin_administers if {
	every role in roles - {"admin"} {
		told(role, "fresh", "GET /api/v1/admin/audit") == {"allow": false, "reason": "admin-only"}
		told(role, "fresh", "GET /api/admin/panel/users") == {"allow": false, "reason": "admin-only"}
	}
	allowed("admin", "none", "GET /api/v1/admin/audit")
	allowed("admin", "none", "GET /api/admin/panel/users")
}

test_what_is_grave_needs_an_admin_and_a_fresh_code if {
	every what in {"clinical-contexts", "conversations"} {
		sprintf("POST /api/admin/panel/%s/{id}/reveal", [what]) in access.operations.grave
	}
	every operation in access.operations.grave {
		allowed("admin", "fresh", operation)
		told("admin", "stale", operation).reason == "second-factor-needed"
		told("admin", "none", operation).reason == "second-factor-missing"
		told("medical_staff", "fresh", operation).reason == "admin-only"
	}
}

test_who_owes_a_code_can_only_give_it if {
	every name, members in access.operations {
		every operation in members {
			waits(name, operation)
		}
	}
}

waits(name, _) if name in {"open", "arrival"}

waits(_, operation) if told("admin", "owed", operation) == {"allow": false, "reason": "second-factor-needed"}

test_what_is_not_named_is_refused if {
	every operation in {"GET /api/v1/secrets", "POST /api/v1/status", "", "GET", "GET /api/v1/administration"} {
		told("admin", "fresh", operation) == {"allow": false, "reason": "unknown-operation"}
	}
}

test_an_unknown_role_may_not_administer if {
	not allowed("root", "fresh", "GET /api/v1/admin/audit")
}

test_an_operation_is_in_one_class if {
	every one, members in access.operations {
		every other, others in access.operations {
			apart(one, other, members, others)
		}
	}
}

apart(one, other, _, _) if one == other

apart(_, _, members, others) if count(members & others) == 0
