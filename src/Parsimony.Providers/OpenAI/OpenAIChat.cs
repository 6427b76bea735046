using System.Buffers;

namespace Parsimony.Providers;

/// <summary>How OpenAI, and whoever speaks its words, is asked for a chat.</summary>
internal static class OpenAIChat
{
    private const string Path = "chat/completions";

    // Reasoning models may think for minutes before the first byte.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    public static ChatDialect Of(OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, OpenAIProfile profile) =>
        new(Limit, question => Ask(endpoint, renderer, profile, question), body => OpenAIResponseReader.ReadChat(body, profile),
            (stream, cancellationToken) => OpenAIStreamReader.ReadAsync(stream, profile, cancellationToken));

    private static Func<HttpRequestMessage> Ask(OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, OpenAIProfile profile, ChatQuestion question)
    {
        var written = new ArrayBufferWriter<byte>(question.Envelope.Bytes.Length + 512);
        renderer.Render(question.Envelope, question.Cache, written);
        var body = question.Streams ? RenderedBody.Streamed(written.WrittenSpan, StreamFlag(profile)) : written.WrittenMemory;
        return () =>
        {
            var request = endpoint.Post(Path, body);
            if (profile.Chat.RoutingHeader is { } header && question.Cache.RoutingKey is { } key)
            {
                request.Headers.TryAddWithoutValidation(header, OpenAIEndpoint.HeaderText(key));
            }

            return request;
        };
    }

    private static ReadOnlySpan<byte> StreamFlag(OpenAIProfile profile) =>
        profile.Chat.AsksForStreamUsage ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}"u8 : "\"stream\":true"u8;
}
