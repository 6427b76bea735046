using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A streamed chat, one JSON object a line, to updates. The last object has the counts; an error may come in its place, in a reply that began with 200.</summary>
internal sealed class OllamaStreamReader
{
    private int _calls;
    private bool _isDone;

    /// <summary>Reads to the object that says it is done.</summary>
    /// <exception cref="ProviderException">The stream broke off, holds an error, or cannot be read.</exception>
    public static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new OllamaStreamReader();
        await foreach (var line in JsonLines.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return reader.Read(line.Bytes);
            if (reader._isDone)
            {
                yield break;
            }
        }

        throw new ProviderException(ProviderId.Ollama, new ProviderFailure(FailureStage.Send, FailureCause.Transport));
    }

    private ChatResponseUpdate Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, OllamaResponseReader.Options);
            var root = document.RootElement;
            if (root.Text("error") is not null)
            {
                throw new ProviderException(ProviderId.Ollama, OllamaErrorReader.Read(FailureStage.Send, root));
            }

            var contents = OllamaResponseReader.Contents(root.Object("message") ?? default, _calls);
            _calls += contents.OfType<FunctionCallContent>().Count();
            _isDone = root.Member("done") is { ValueKind: JsonValueKind.True };
            if (_isDone && OpenAIResponseReader.Usage(OllamaUsageReader.Read(root)) is { } usage)
            {
                contents.Add(new UsageContent(usage));
            }

            return new ChatResponseUpdate(ChatRole.Assistant, contents)
            {
                ModelId = root.Text("model"),
                CreatedAt = OllamaResponseReader.CreatedAt(root),
                FinishReason = _isDone ? OpenAIResponseReader.Finish(OllamaResponseReader.Reason(root.Text("done_reason"), _calls > 0)) : null,
            };
        }
        catch (JsonException e)
        {
            throw new ProviderException(ProviderId.Ollama, new ProviderFailure(FailureStage.Send, FailureCause.Malformed), e);
        }
    }
}
