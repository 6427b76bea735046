using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>A streamed chat completion to updates: text as it comes, whole tool calls and, once, the usage and the charge that were told last.</summary>
internal sealed class OpenAIStreamReader(OpenAIProfile profile)
{
    private readonly SortedDictionary<long, Call> _calls = [];
    private string? _id;
    private string? _model;
    private bool _isFinished;
    private TokenUsage? _usage;
    private decimal? _reportedUsd;

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }

    /// <summary>Reads until the stream says it is done.</summary>
    /// <exception cref="ProviderException">The stream broke off, holds an error, or cannot be read.</exception>
    public static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Stream stream, OpenAIProfile profile, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new OpenAIStreamReader(profile);
        await foreach (var (_, data) in ServerSentEvents.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            if (data.Length == 0)
            {
                continue;
            }

            if (data == "[DONE]")
            {
                reader._isFinished = true;
                break;
            }

            foreach (var update in reader.ReadChunk(data))
            {
                yield return update;
            }
        }

        if (!reader._isFinished)
        {
            throw new ProviderException(profile.Id, new ProviderFailure(FailureStage.Send, FailureCause.Transport));
        }

        if (reader._usage is { } usage && OpenAIResponseReader.Usage(usage) is { } details)
        {
            var last = reader.Update([new UsageContent(details)]);
            last.AdditionalProperties = ReportedCharge.On(last.AdditionalProperties, reader._reportedUsd);
            yield return last;
        }
    }

    private List<ChatResponseUpdate> ReadChunk(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data, OpenAIResponseReader.Options);
            var root = document.RootElement;
            if (root.Object("error") is { } error)
            {
                throw new ProviderException(profile.Id, OpenAIErrorReader.Read(FailureStage.Send, null, error, FailureCause.ServerError));
            }

            _id ??= root.Text("id");
            _model ??= root.Text("model");
            var updates = new List<ChatResponseUpdate>();
            foreach (var choice in root.Items("choices"))
            {
                ReadChoice(choice, updates);
            }

            // Servers that tell it with every chunk tell all of it so far. Groq has it in an object of its own, too (types of groq/groq-python, 2026-08-18, read 2026-11-21).
            _usage = Read(root) ?? (root.Object("x_groq") is { } groq ? Read(groq) : null) ?? _usage;
            _reportedUsd = profile.ReportedUsd(root) ?? _reportedUsd;
            return updates;
        }
        catch (JsonException e)
        {
            throw new ProviderException(profile.Id, new ProviderFailure(FailureStage.Send, FailureCause.Malformed), e);
        }
    }

    private TokenUsage? Read(JsonElement from) => OpenAIUsageReader.ReadFrom(from, profile.CountsReasoningApart);

    private void ReadChoice(JsonElement choice, List<ChatResponseUpdate> updates)
    {
        // An update stands for one message: further choices of a stream have no place in it.
        if (choice.Count("index") is > 0)
        {
            return;
        }

        if (choice.Object("delta") is { } delta)
        {
            var contents = new List<AIContent>();
            if ((delta.Text("reasoning_content") ?? delta.Text("reasoning")) is { Length: > 0 } reasoning)
            {
                contents.Add(new TextReasoningContent(reasoning));
            }

            OpenAIResponseReader.AddContent(contents, delta);
            if (delta.Text("refusal") is { Length: > 0 } refusal)
            {
                contents.Add(new ErrorContent(refusal) { ErrorCode = "Refusal" });
            }

            foreach (var part in delta.Items("tool_calls"))
            {
                Collect(part);
            }

            if (contents.Count > 0)
            {
                updates.Add(Update(contents));
            }
        }

        if (OpenAIAnswerReader.Word(choice.Text("finish_reason")) is { } reason)
        {
            _isFinished = true;
            var last = Update([.. _calls.Values.Select(call => OpenAIResponseReader.Call(call.Id, call.Name, call.Arguments.ToString()))]);
            _calls.Clear();
            last.FinishReason = OpenAIResponseReader.Finish(reason);
            updates.Add(last);
        }
    }

    private void Collect(JsonElement part)
    {
        var index = part.Count("index") ?? _calls.Count;
        if (!_calls.TryGetValue(index, out var call))
        {
            _calls[index] = call = new Call();
        }

        var function = part.Object("function");
        call.Id ??= part.Text("id");
        call.Name ??= function?.Text("name");
        call.Arguments.Append(function?.Text("arguments"));
    }

    private ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
    };
}
