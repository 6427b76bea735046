using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>The signed addresses of a dataset's files: <c>{"filenameToSignedUrls":{"dataset/x/BIJOutputSet.jsonl":"https://..."}}</c>.</summary>
internal static class FireworksAddresses
{
    private const string Results = "BIJOutputSet.jsonl";
    private const string Errors = "error-data";

    /// <summary>The addresses, results before errors before whatever else there is when neither is; null when the reply has no such map.</summary>
    public static List<string>? Read(JsonElement root)
    {
        if ((root.Object("filenameToSignedUrls") ?? root.Object("filename_to_signed_urls")) is not { } files)
        {
            return null;
        }

        // Names may stand with a path before them.
        var all = files.EnumerateObject()
            .Where(file => file.Value.ValueKind == JsonValueKind.String && Uri.TryCreate(file.Value.ReadText(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            .Select(file => (Name: FireworksNames.Id(file.Name), Address: file.Value.ReadText()))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToList();
        var known = all.Where(file => file.Name is Results or Errors).ToList();
        return [.. (known.Count > 0 ? known : all).Select(file => file.Address)];
    }
}
