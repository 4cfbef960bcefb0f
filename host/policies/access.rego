# Who may do what. Whose rows they are is decided where the rows are: not yours is not there.
#
# An operation that is not named here is refused, and so is everything while this cannot be evaluated.
package voiceassist.access

import rego.v1

# Operations of the API by what they touch.
operations := {
	"open": {
		"POST /api/v1/session",
		"POST /api/v1/session/refresh",
		"DELETE /api/v1/session",
	},
	# Also for a session that waits for its second factor.
	"arrival": {
		"GET /api/v1/session",
		"POST /api/v1/auth/second-factor",
	},
	# The caller's own, and what everyone may read.
	"own": {
		"GET /api/v1/auth/second-factor",
		"POST /api/v1/auth/second-factor/enrolment",
		"PUT /api/v1/auth/second-factor/enrolment",
		"GET /api/v1/sessions",
		"DELETE /api/v1/sessions/{id}",
		"GET /api/v1/conversations",
		"POST /api/v1/conversations",
		"GET /api/v1/conversations/{id}",
		"PUT /api/v1/conversations/{id}",
		"DELETE /api/v1/conversations/{id}",
		"POST /api/v1/conversations/{id}/restore",
		"GET /api/v1/conversations/{id}/context",
		"PUT /api/v1/conversations/{id}/context",
		"DELETE /api/v1/conversations/{id}/context",
		"GET /api/v1/conversations/{id}/messages/{message}/events",
		"POST /api/v1/conversations/{id}/messages/{message}/stop",
		"GET /api/v1/documents",
		"GET /api/v1/documents/{id}",
		"DELETE /api/v1/documents/{id}",
		"GET /api/v1/documents/{id}/content",
		"GET /api/v1/documents/{id}/text",
		"GET /api/v1/passages/{id}",
		"GET /api/v1/nextcloud/indexing",
		"POST /api/v1/nextcloud/look",
		"GET /api/v1/nextcloud/scope",
		"GET /api/v1/plugins",
		"POST /api/v1/calculators/{id}",
		"GET /api/v1/tools",
		"GET /api/v1/status",
		"GET /api/v1/account/export",
		"POST /api/v1/account/erasure",
		"DELETE /api/v1/voice/sessions/{id}",
		"POST /api/v1/voice/sessions/{id}/up",
		"GET /api/v1/voice/sessions/{id}/down",
		# Calculators and reading tools for other assistants.
		"MCP",
	},
	# Asks, uploads, or acts in the caller's name.
	"ask": {
		"POST /api/v1/conversations/{id}/messages",
		"POST /api/v1/conversations/{id}/messages/{message}/regenerate",
		"POST /api/v1/documents",
		"POST /api/v1/tools/{plugin}/{tool}",
		"POST /api/v1/proposals/{id}/confirm",
		"POST /api/v1/voice/sessions",
		"GET /api/v1/voice",
	},
	# Changes how the caller signs in.
	"security": {
		"DELETE /api/v1/auth/second-factor",
		"POST /api/v1/auth/second-factor/recovery-codes",
	},
	# An admin's, with a fresh code.
	"grave": {
		"POST /api/admin/panel/clinical-contexts/{id}/reveal",
		"POST /api/admin/panel/conversations/{id}/reveal",
		"DELETE /api/admin/panel/users/{id}/second-factor",
		"POST /api/admin/panel/users/{id}/export",
		"POST /api/admin/panel/users/{id}/erasure",
		"PUT /api/v1/admin/retention/{class}",
		"POST /api/v1/admin/holds",
		"POST /api/v1/admin/holds/{id}/lift",
	},
}

class := name if {
	some name, members in operations
	input.operation in members
}

# Whatever else begins like this administers.
class := "administration" if {
	some prefix in ["/api/v1/admin/", "/api/admin/panel/"]
	startswith(split(input.operation, " ")[1], prefix)
	not input.operation in operations.grave
}

deny(reason) := {"allow": false, "reason": reason}

default decision := {"allow": false, "reason": "unknown-operation"}

decision := {"allow": true, "reason": "open"} if class == "open"

else := deny("unknown-operation") if not class

else := deny("signed-out") if input.subject.role == "nobody"

else := {"allow": true, "reason": "arrival"} if class == "arrival"

else := deny("second-factor-needed") if input.subject.second_factor == "owed"

else := {"allow": true, "reason": "own"} if class == "own"

else := deny("viewer") if {
	class == "ask"
	input.subject.role == "viewer"
}

else := {"allow": true, "reason": "ask"} if class == "ask"

else := deny("admin-only") if {
	class in {"administration", "grave"}
	input.subject.role != "admin"
}

else := {"allow": true, "reason": "administration"} if class == "administration"

else := deny("second-factor-missing") if input.subject.second_factor == "none"

else := {"allow": true, "reason": class} if input.subject.second_factor == "fresh"

else := deny("second-factor-needed")
