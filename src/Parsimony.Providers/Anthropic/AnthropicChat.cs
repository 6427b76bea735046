using System.Buffers;

namespace Parsimony.Providers;

/// <summary>How Anthropic is asked for a chat.</summary>
internal static class AnthropicChat
{
    // What the official clients give a call.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static ChatDialect Of(AnthropicLiveCall live, AnthropicRequestRenderer renderer) =>
        new(Limit, question => Ask(live, renderer, question), AnthropicResponseReader.ReadChat,
            (stream, cancellationToken) => new AnthropicStreamReader(ProviderId.Anthropic).ReadAsync(stream, cancellationToken));

    private static Func<HttpRequestMessage> Ask(AnthropicLiveCall live, AnthropicRequestRenderer renderer, ChatQuestion question)
    {
        var written = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 512);
        renderer.Render(question.Envelope, question.Cache.Marks, written);
        var body = question.Streams ? RenderedBody.Streamed(written.WrittenSpan, "\"stream\":true"u8) : written.WrittenMemory;
        return () => live.Request(body);
    }
}
