using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>A call as it went over the wire: address, headers, and its body in every reading a case may ask for.</summary>
internal sealed record PageCall(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The address without what is asked of it.</summary>
    public string Address => Url.Split('?')[0];

    /// <summary>What is asked of the address, by name; a name that comes again keeps its last value.</summary>
    public JsonObject Query
    {
        get
        {
            var query = new JsonObject();
            foreach (var pair in new Uri(Url).Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (pair[..at], pair[(at + 1)..]) : (pair, "");
                query[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
            }

            return query;
        }
    }

    public JsonNode? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body);
            }
            catch (JsonException)
            {
                return JsonValue.Create($"not JSON: {Text}");
            }
        }
    }

    public static async Task<PageCall> OfAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            // A credential's scheme and its value come as one text; a list comes as sent.
            headers[name] = string.Join(name.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? " " : ", ", values);
        }

        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        return new PageCall(request.Method.Method, request.RequestUri!.AbsoluteUri, headers, body);
    }

    public IEnumerable<string> Differences(JsonObject? headers) => (headers ?? []).SelectMany(header => header is { Key: "$one", Value: JsonObject several }
        ? several.Where(one => Headers.ContainsKey(one.Key)).ToList() is [var (only, wanted)] ? Different(only, wanted) : [$"headers: expected one of {several.ToJsonString()}"]
        : Different(header.Key, header.Value));

    /// <summary>The value at a place of the JSON body.</summary>
    public JsonNode? At(string place) => place.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Json, (node, name) => (node as JsonObject)?[name]);

    /// <summary>The lines of a batch's input, when this call carries them: in a form's file, as the body, or at a place of a JSON body.</summary>
    public List<JsonNode?>? Lines(string carries) => carries switch
    {
        "multipart" => Parts().FirstOrDefault(part => part.IsFile) is { Value: { } file } ? Split(file) : null,
        "body" => Split(Text),
        _ => At(carries) is JsonArray items ? [.. items] : null,
    };

    /// <summary>The fields of a form, but for its file.</summary>
    public JsonObject Fields()
    {
        var fields = new JsonObject();
        foreach (var part in Parts().Where(part => !part.IsFile))
        {
            fields[part.Name] = part.Value;
        }

        return fields;
    }

    private IEnumerable<string> Different(string header, JsonNode? wanted) =>
        Headers.TryGetValue(header, out var value) && PageExpectation.Fits(wanted, value) ? [] : [$"header {header}: expected {wanted}, was {Headers.GetValueOrDefault(header) ?? "not there"}"];

    private static List<JsonNode?> Split(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => JsonNode.Parse(line))];

    private IEnumerable<(string Name, bool IsFile, string Value)> Parts()
    {
        var type = Headers.GetValueOrDefault("Content-Type", "");
        var boundary = type[(type.IndexOf("boundary=", StringComparison.Ordinal) + "boundary=".Length)..].Trim('"');
        foreach (var part in Text.Split("--" + boundary).Skip(1).SkipLast(1))
        {
            var end = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var head = part[..end];
            var value = part[(end + 4)..^2];
            var name = head[(head.IndexOf(" name=", StringComparison.Ordinal) + " name=".Length)..].Split(';', '\r')[0].Trim('"', ' ');
            yield return (name, head.Contains("filename", StringComparison.Ordinal), value);
        }
    }
}
