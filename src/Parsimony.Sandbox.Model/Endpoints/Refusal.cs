namespace Parsimony.Sandbox.Model;

/// <summary>Why a provider refuses a request, before it is put into the provider's error shape.</summary>
internal sealed record Refusal(int Status, string Type, string Message, string? Param = null, string? Code = null)
{
    public static Refusal Invalid(string message, string? param = null, string? code = null) =>
        new(400, "invalid_request_error", message, param, code);

    public static Refusal Missing(string what) => new(404, "not_found_error", $"No such {what}.");
}
