using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Aws;

/// <summary>How Bedrock is asked for a chat: Converse, or ConverseStream.</summary>
internal static class BedrockChat
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static ChatDialect Of(BedrockEndpoint endpoint, BedrockRequestRenderer renderer) =>
        new(Limit, question => Ask(endpoint, renderer, question), BedrockResponseReader.ReadChat, ReadAsync);

    private static Func<HttpRequestMessage> Ask(BedrockEndpoint endpoint, BedrockRequestRenderer renderer, ChatQuestion question)
    {
        var body = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 512);
        renderer.Render(question.Envelope, question.Cache, body);
        return () => endpoint.Model(question.Envelope.Model.Name, question.Streams ? "converse-stream" : "converse", body.WrittenMemory);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new BedrockStreamReader();
        var messages = EventStreamReader.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = messages.ConfigureAwait(false);
        while (await NextAsync(messages).ConfigureAwait(false))
        {
            if (reader.Read(messages.Current) is { } update)
            {
                yield return update;
            }
        }

        if (!reader.IsStopped)
        {
            throw BedrockStreamReader.Failed(FailureCause.Transport);
        }

        yield return reader.End();
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<EventMessage> messages)
    {
        try
        {
            return await messages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw BedrockStreamReader.Failed(FailureCause.Transport, e);
        }
        catch (InvalidDataException e)
        {
            throw BedrockStreamReader.Failed(FailureCause.Malformed, e);
        }
    }
}
