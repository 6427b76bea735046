using System.Buffers;

namespace Parsimony.Providers.Google;

/// <summary>How a Claude model is asked for a chat: <c>rawPredict</c>, or <c>streamRawPredict</c> with the stream flag in the body.</summary>
internal static class VertexClaudeChat
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    public static ChatDialect Of(VertexEndpoint endpoint, VertexRenderer renderer) =>
        new(Limit, question => Ask(endpoint, renderer, question), VertexAnswers.ReadChat,
            (stream, cancellationToken) => new AnthropicStreamReader(ProviderId.VertexAI).ReadAsync(stream, cancellationToken));

    private static Func<HttpRequestMessage> Ask(VertexEndpoint endpoint, VertexRenderer renderer, ChatQuestion question)
    {
        var written = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 512);
        renderer.Render(question.Envelope, question.Cache, written);
        var body = question.Streams ? RenderedBody.Streamed(written.WrittenSpan, "\"stream\":true"u8) : written.WrittenMemory;
        return () => endpoint.Post(endpoint.Model(question.Envelope.Model.Name, question.Streams ? "streamRawPredict" : "rawPredict"), body);
    }
}
