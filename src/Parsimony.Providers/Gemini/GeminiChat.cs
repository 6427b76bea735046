using System.Buffers;

namespace Parsimony.Providers;

/// <summary>How a service that speaks Gemini's words is asked for a chat.</summary>
internal static class GeminiChat
{
    // Thinking models may take minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>The dialect of a service.</summary>
    /// <param name="post">Addresses a body: the model, the method, and the body.</param>
    /// <param name="renderer">Writes the body.</param>
    /// <param name="flavour">Which service it is.</param>
    public static ChatDialect Of(Func<string, string, ReadOnlyMemory<byte>, HttpRequestMessage> post, GeminiRequestRenderer renderer, GeminiFlavour flavour) =>
        new(Limit, question => Ask(post, renderer, question), new GeminiResponseReader(flavour).ReadChat,
            (stream, cancellationToken) => new GeminiStreamReader(flavour).ReadAsync(stream, cancellationToken));

    private static Func<HttpRequestMessage> Ask(Func<string, string, ReadOnlyMemory<byte>, HttpRequestMessage> post, GeminiRequestRenderer renderer, ChatQuestion question)
    {
        var body = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 512);
        renderer.Render(question.Envelope, body, cache: question.Cache.ExplicitCache);
        return () => post(question.Envelope.Model.Name, question.Streams ? "streamGenerateContent?alt=sse" : "generateContent", body.WrittenMemory);
    }
}
