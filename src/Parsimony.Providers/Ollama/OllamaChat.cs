using System.Buffers;

namespace Parsimony.Providers;

/// <summary>How Ollama is asked for a chat.</summary>
internal static class OllamaChat
{
    /// <summary>A call waits for its turn, then for the model to be loaded, then for a machine that may have no accelerator.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static ChatDialect Of(JsonEndpoint endpoint) =>
        new(Limit, question => Ask(endpoint, question), OllamaResponseReader.ReadChat, OllamaStreamReader.ReadAsync);

    private static Func<HttpRequestMessage> Ask(JsonEndpoint endpoint, ChatQuestion question)
    {
        var body = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 256);
        OllamaRequestRenderer.Render(question.Envelope, question.Streams, body);
        return () => endpoint.Post("chat", body.WrittenMemory);
    }
}
