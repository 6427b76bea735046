using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A streamed answer to updates: each event is a response with some more parts; the last usage is the whole answer's.</summary>
/// <remarks>Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent, read 2026-11-21.</remarks>
internal sealed class GeminiStreamReader(GeminiFlavour flavour)
{
    private readonly GeminiPartReader _parts = new(flavour);
    private string? _id;
    private string? _model;
    private TokenUsage? _usage;
    private bool _calls;
    private bool _isFinished;

    /// <summary>Reads until the stream ends.</summary>
    /// <exception cref="ProviderException">The stream broke off, holds an error, or cannot be read.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, data) in ServerSentEvents.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (data.Length > 0 && ReadEvent(data) is { } update)
            {
                yield return update;
            }
        }

        // There is no closing event: an answer without its reason to end was cut.
        if (!_isFinished)
        {
            throw new ProviderException(flavour.Id, new ProviderFailure(FailureStage.Send, FailureCause.Transport));
        }

        if (GeminiUsageReader.Details(_usage) is { } details)
        {
            yield return Update([new UsageContent(details)]);
        }
    }

    private ChatResponseUpdate? ReadEvent(string data)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(data, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
        }
        catch (JsonException e)
        {
            throw new ProviderException(flavour.Id, new ProviderFailure(FailureStage.Send, FailureCause.Malformed), e);
        }

        if (root.Object("error") is { } error)
        {
            throw new ProviderException(flavour.Id, GeminiErrorReader.Read(FailureStage.Send, error));
        }

        _id ??= root.Text("responseId");
        _model ??= root.Text("modelVersion");
        _usage = GeminiUsageReader.ReadFrom(root) ?? _usage;
        var contents = new List<AIContent>();
        string? reason = null;
        foreach (var candidate in root.Items("candidates").Where(candidate => candidate.Count("index") is null or 0).Take(1))
        {
            contents.AddRange(GeminiResponseReader.Parts(candidate).SelectMany(part => _parts.Read(part, _id)));
            reason = candidate.Text("finishReason");
        }

        _calls |= contents.Exists(content => content is FunctionCallContent);
        var word = GeminiFinishReasons.Word(reason, _calls);
        if (GeminiResponseReader.BlockReason(root) is { } blocked)
        {
            contents.Add(GeminiResponseReader.Blocked(blocked));
            word = "content_filter";
        }

        _isFinished |= word is not null;
        if (contents.Count == 0 && word is null)
        {
            return null;
        }

        var update = Update(contents);
        update.FinishReason = word is null ? null : new ChatFinishReason(word);
        update.RawRepresentation = root;
        return update;
    }

    private ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
    };
}
