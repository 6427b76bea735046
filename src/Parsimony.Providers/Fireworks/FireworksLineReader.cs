using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>One line of a result or error file. Results are flat: the response is the answer's body; a wrapped one, as others have it, is read, too.</summary>
internal static class FireworksLineReader
{
    /// <summary>Reads a line; one that cannot be read says so, and whose it is when that much can be read.</summary>
    public static BatchLine Read(ReadOnlyMemory<byte> line, long number, OpenAIProfile profile)
    {
        try
        {
            using var document = JsonDocument.Parse(line, OpenAIResponseReader.Options);
            var root = document.RootElement;
            if (root.Text("custom_id") is { Length: > 0 } customId && root.Object("response") is { } response && response.Object("body") is null
                && response.Member("choices") is { ValueKind: JsonValueKind.Array })
            {
                return new BatchLine
                {
                    LineNumber = number,
                    Kind = BatchLineKind.Answered,
                    CustomId = customId,
                    Answer = OpenAIAnswerReader.Read(response, JsonMarshal.GetRawUtf8Value(response).ToArray(), profile),
                };
            }
        }
        catch (JsonException)
        {
            // Told by the common reader, which looks for whose it was.
        }

        // Wrapped, an error (its shape is UNVERIFIED), or broken: no status of 200 is a failure.
        return OpenAIBatchLineReader.Read(line, number, profile);
    }
}
