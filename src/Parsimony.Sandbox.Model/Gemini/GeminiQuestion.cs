using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Bodies of Google's wire carry no model: it stands in the address. Here it is put in front, where every endpoint looks for it.</summary>
internal static class GeminiQuestion
{
    /// <summary>A body with its model, and whether a stream was asked for; what is no JSON object stays as it is.</summary>
    public static byte[] With(byte[] body, string model, bool streams)
    {
        try
        {
            var root = JsonElement.Parse(body);
            return root.ValueKind == JsonValueKind.Object ? With(root, model, streams) : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    /// <summary>The same of a body that is read.</summary>
    public static byte[] With(JsonElement root, string model, bool streams) => JsonBytes.Of(writer =>
    {
        writer.WriteString("model", model);
        if (streams)
            writer.WriteBoolean("stream", true);
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("model" or "stream"))
                member.WriteTo(writer);
        }
    });
}
