using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Cli;

/// <summary>What a run asks of each row: everything on the command line that makes a request.</summary>
internal sealed class RunPlan
{
    private readonly PromptTemplate? _prompt;
    private readonly string? _system;
    private readonly ChatFormat _format;
    private readonly ModelId? _model;
    private readonly ProviderId _verbatimProvider;

    private RunPlan(RunArguments arguments, IInput input, PromptTemplate? prompt, string? system, ChatFormat format, ModelId? model)
    {
        Arguments = arguments;
        Input = input;
        _prompt = prompt;
        _system = system;
        _format = format;
        _model = model;
        _verbatimProvider = model?.Provider ?? ProviderId.OpenAI;
    }

    public RunArguments Arguments { get; }

    public IInput Input { get; }

    /// <summary>The scope: the run's name, or one made of input path, template and model, so that the same command is the same run.</summary>
    public string Scope =>
        Arguments.Name ?? "run-" + Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes($"{Path.GetFullPath(Input.Path)}\0{Arguments.Prompt}\0{Arguments.Model}")))[..12];

    /// <summary>A line for <c>status</c>.</summary>
    public string Description => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Input.Path)))} -> {_model?.ToString() ?? _verbatimProvider.Value}";

    /// <summary>The provider of the run's model, where one is named.</summary>
    public ProviderId Provider => _verbatimProvider;

    /// <summary>Reads and checks the arguments.</summary>
    /// <exception cref="UserException">An argument cannot be meant.</exception>
    public static async Task<RunPlan> CreateAsync(RunArguments arguments, CancellationToken cancellationToken)
    {
        IInput input;
        try
        {
            input = await InputOpener.OpenAsync(arguments.Input, arguments.IdField, cancellationToken).ConfigureAwait(false);
        }
        catch (InputException exception)
        {
            throw new UserException(exception.Message);
        }

        if (!input.IsVerbatim && (arguments.Model is null || arguments.Prompt is null))
        {
            throw new UserException("Give --model provider/model and --prompt \"... {{field}} ...\" (only an OpenAI batch file brings its own).");
        }

        try
        {
            return new RunPlan(
                arguments,
                input,
                arguments.Prompt is { } prompt ? new PromptTemplate(prompt) : null,
                arguments.System is { } system ? await ReadAsync(system, "--system", cancellationToken).ConfigureAwait(false) : null,
                arguments.Schema is { } schema ? Schema(await ReadAsync(schema, "--schema", cancellationToken).ConfigureAwait(false), schema) : ChatFormat.Text,
                arguments.Model is { } model ? Model(model, input, arguments) : null);
        }
        catch (FormatException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>What is wrong with a row; null when nothing is.</summary>
    public InputException? Check(InputRow row)
    {
        if (_prompt?.Missing(row) is { } field)
        {
            return new InputException(
                Input.Path, row.Line, $"no field '{field}', which the prompt names. Fields here: {string.Join(", ", row.Fields.Keys.Order(StringComparer.Ordinal))}.");
        }

        return row.Verbatim is { } line && _model is null && KnownModel.Fault(new ModelId(_verbatimProvider, line.Model), line.Kind, Arguments.AllowUnpriced, Arguments.Prices) is { } fault
            ? new InputException(Input.Path, row.Line, fault)
            : null;
    }

    /// <summary>The request of a row that passed <see cref="Check"/>.</summary>
    public Envelope Envelope(InputRow row)
    {
        if (row.Verbatim is { } line)
        {
            return new Envelope
            {
                Kind = line.Kind,
                Dialect = Dialect.OpenAI,
                Model = new ModelId(_verbatimProvider, _model?.Name ?? line.Model),
                Bytes = line.Body,
            };
        }

        if (_prompt is null || _model is not { } model)
        {
            throw new InvalidOperationException("A run without a prompt has verbatim rows only.");
        }

        var text = _prompt.Fill(row);
        if (Arguments.Kind == EndpointKind.Embeddings)
        {
            return new EmbeddingRequest { Input = text }.ToEnvelope(model);
        }

        var turns = new List<ChatTurn>(2);
        if (_system is not null)
        {
            turns.Add(new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(_system)]));
        }

        turns.Add(new ChatTurn(ChatTurnRole.User, row.Attachment is { } attachment ? [attachment, new ChatPart.Text(text)] : [new ChatPart.Text(text)]));
        return new ChatRequest { Turns = turns, Format = _format, MaxOutputTokens = Arguments.MaxOutputTokens }.ToEnvelope(model);
    }

    private static ModelId Model(string text, IInput input, RunArguments arguments)
    {
        var model = ModelId.TryParse(text, out var parsed) ? parsed : input.IsVerbatim && !text.Contains('/', StringComparison.Ordinal)
            ? new ModelId(ProviderId.OpenAI, text)
            : ModelId.Parse(text);
        if (KnownProviders.Find(model.Provider) is not { } kind)
        {
            throw new UserException($"{model.Provider} is not supported by this version. Supported: {string.Join(", ", KnownProviders.Ids)}.");
        }

        if (input.IsVerbatim && !kind.SpeaksOpenAI)
        {
            var those = KnownProviders.Kinds.Where(other => other.SpeaksOpenAI).Select(other => other.Id);
            throw new UserException($"{input.Path} is an OpenAI batch file: its lines are in OpenAI's words and cannot go to {model.Provider}. Use a model of {string.Join(", ", those)}, or another kind of input.");
        }

        return KnownModel.Fault(model, EndpointKind.Chat, arguments.AllowUnpriced, arguments.Prices) is { } fault ? throw new UserException(fault) : model;
    }

    private static async Task<string> ReadAsync(string path, string option, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{option} {path}: {exception.Message}");
        }
    }

    private static ChatFormat Schema(string text, string path)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject schema && (schema.ContainsKey("type") || schema.ContainsKey("$ref") || schema.ContainsKey("anyOf"))
                ? new ChatFormat("schema", schema, "answer")
                : throw new UserException($"--schema {path}: not a JSON schema; write an object with at least a \"type\".");
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new UserException($"--schema {path}:{exception.LineNumber + 1}: not valid JSON.");
        }
    }
}
