using System.Buffers;

namespace Parsimony.Providers;

/// <summary>How Cohere is asked for a chat.</summary>
internal static class CohereChat
{
    // Reasoning models may think for minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    public static ChatDialect Of(JsonEndpoint endpoint, CohereRequestRenderer renderer) =>
        new(Limit, question => Ask(endpoint, renderer, question), CohereResponseReader.ReadChat, CohereStreamReader.ReadAsync);

    private static Func<HttpRequestMessage> Ask(JsonEndpoint endpoint, CohereRequestRenderer renderer, ChatQuestion question)
    {
        var written = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 256);
        renderer.Render(question.Envelope, written);
        var body = question.Streams ? (byte[])[.. "{\"stream\":true,"u8, .. written.WrittenSpan[1..]] : written.WrittenMemory;
        return () => endpoint.Post("v2/chat", body);
    }
}
