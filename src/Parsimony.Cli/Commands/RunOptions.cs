using System.CommandLine;
using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The arguments and options of <c>run</c> and <c>quote</c>.</summary>
internal sealed class RunOptions
{
    private readonly Argument<string?> _input = new("INPUT") { Description = "JSON Lines, CSV, a folder of texts or images, or an OpenAI batch file." };
    private readonly Option<string?> _model = new("--model") { Description = "provider/model, for example anthropic/claude-haiku-4-5-20251001.", HelpName = "PROVIDER/MODEL" };
    private readonly Option<string?> _prompt = new("--prompt") { Description = "The prompt; {{field}} takes a field of the row.", HelpName = "TEMPLATE" };
    private readonly Option<string> _id = new("--id") { Description = "The field that names a row, unique in the input; '#' takes line numbers.", DefaultValueFactory = static _ => "id", HelpName = "FIELD" };
    private readonly Option<string?> _system = new("--system") { Description = "A file with the system text, the same for all rows.", HelpName = "FILE" };
    private readonly Option<string?> _schema = new("--schema") { Description = "A file with the JSON schema answers must have.", HelpName = "FILE" };
    private readonly Option<string?> _deadline = new("--deadline") { Description = "By when: 6h, 90m, 06:00 or ISO 8601. Default: the provider's batch window.", HelpName = "WHEN" };
    private readonly Option<string?> _priority = new("--priority") { Description = "How soon its requests are wanted beside others of the tenant: low, normal, high, or 0 to 9. Default: normal.", HelpName = "PRIORITY" };
    private readonly Option<string[]> _constraint = new("--constraint") { Description = "What may not be done with its data: no_batch, no_store, region=NAME; may be repeated.", HelpName = "CONSTRAINT" };
    private readonly Option<int> _samples = new("--samples") { Description = "Answers per row.", DefaultValueFactory = static _ => 1, HelpName = "N" };
    private readonly Option<int?> _sampleFirst = new("--sample-first") { Description = "Answer N rows live first, show them with their cost, and ask.", HelpName = "N" };
    private readonly Option<string?> _out = new("--out") { Description = "Where the results go.", HelpName = "FILE" };
    private readonly Option<string?> _name = new("--name") { Description = "The run's name: the same name pays only for what is new. Default: from input path, template and model.", HelpName = "NAME" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "Another base address for the model's provider.", HelpName = "URL" };
    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "Most the run may cost in USD, by upper bounds; the rest stays queued.", HelpName = "USD" };
    private readonly Option<int?> _maxOutput = new("--max-output-tokens") { Description = "Output limit of each answer; makes upper bounds small.", HelpName = "N" };
    private readonly Option<bool> _keepGoing = new("--keep-going") { Description = "Leave faulty rows out instead of refusing the input." };
    private readonly Option<bool> _allowUnpriced = new("--allow-unpriced") { Description = "Run models whose price is not known; their cost stays unknown." };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Who pays: counts in the tenant's budgets and in the ledger.", HelpName = "NAME" };
    private readonly Option<string?> _agent = new("--agent") { Description = "Which agent asks, likewise.", HelpName = "NAME" };
    private readonly Option<string?> _session = new("--session") { Description = "In which session, likewise.", HelpName = "NAME" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag, name=value, likewise; may be given several times.", HelpName = "TAG" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };
    private readonly Option<string?> _store = SharedOptions.Store();
    private readonly Option<string?> _config = SharedOptions.Config();
    private readonly Option<string?> _sandbox = SharedOptions.Sandbox();
    private readonly Option<string?> _prices = SharedOptions.Prices();
    private readonly Option<bool> _verbose = SharedOptions.Verbose();

    /// <summary>Write the result as JSON.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, bool runs)
    {
        _input.Arity = runs ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne;
        command.Add(_input);
        Option[] both = [_model, _prompt, _system, _schema, _deadline, _samples, _maxOutput, _name, _id, _store, _config, _prices, _sandbox, _keepGoing, _allowUnpriced, Json];
        Option[] forRuns = [_priority, _constraint, _sampleFirst, _out, _endpoint, _maxCost, _tenant, _agent, _session, _tags, _yes, _verbose];
        foreach (var option in runs ? both.Concat(forRuns) : both)
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the run's arguments.</summary>
    /// <exception cref="UserException">A number is out of range.</exception>
    public RunArguments Arguments(ParseResult parsed)
    {
        var arguments = new RunArguments
        {
            Input = parsed.GetValue(_input) ?? "",
            IdField = parsed.GetValue(_id) ?? "id",
            Model = parsed.GetValue(_model),
            Prompt = parsed.GetValue(_prompt),
            System = parsed.GetValue(_system),
            Schema = parsed.GetValue(_schema),
            Deadline = parsed.GetValue(_deadline),
            Priority = Priority(parsed.GetValue(_priority)),
            Constraints = Constraints(parsed.GetValue(_constraint) ?? []),
            Samples = parsed.GetValue(_samples),
            SampleFirst = parsed.GetValue(_sampleFirst),
            Out = parsed.GetValue(_out),
            Name = parsed.GetValue(_name),
            MaxCostUsd = parsed.GetValue(_maxCost),
            MaxOutputTokens = parsed.GetValue(_maxOutput),
            AllowUnpriced = parsed.GetValue(_allowUnpriced),
            Prices = PriceBook.Open(parsed.GetValue(_prices), parsed.GetValue(_config)),
            KeepGoing = parsed.GetValue(_keepGoing),
            Yes = parsed.GetValue(_yes),
            Dimensions = Dimensions(parsed),
        };
        AtLeast(arguments.Samples, 1, "--samples");
        AtLeast(arguments.SampleFirst ?? 1, 1, "--sample-first");
        AtLeast(arguments.MaxOutputTokens ?? 1, 1, "--max-output-tokens");
        return arguments.MaxCostUsd is < 0
            ? throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--max-cost {arguments.MaxCostUsd}: write 0 or more USD."))
            : arguments;
    }

    /// <summary>The input that is named; null for none.</summary>
    public string? Input(ParseResult parsed) => parsed.GetValue(_input);

    /// <summary>The model that is named; null for none.</summary>
    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The prices to work with.</summary>
    /// <exception cref="UserException">A file of prices cannot be read or meant.</exception>
    public PriceList Prices(ParseResult parsed) => PriceBook.Open(parsed.GetValue(_prices), parsed.GetValue(_config));

    /// <summary>Reads the session's options.</summary>
    public SessionOptions Session(ParseResult parsed, ProviderId? provider) => new()
    {
        Store = parsed.GetValue(_store),
        Config = parsed.GetValue(_config),
        Prices = parsed.GetValue(_prices),
        Sandbox = parsed.GetValue(_sandbox),
        Endpoint = parsed.GetValue(_endpoint),
        Provider = provider,
        Verbose = parsed.GetValue(_verbose),
    };

    private static RequestPriority? Priority(string? text) =>
        text is null ? null : RequestPriority.TryParse(text, out var priority) ? priority : throw new UserException($"--priority {text}: write low, normal, high, or a level of 0 to 9.");

    private static DataConstraints Constraints(string[] texts)
    {
        try
        {
            return DataConstraints.Parse(string.Join(',', texts));
        }
        catch (FormatException exception)
        {
            throw new UserException($"--constraint: {exception.Message}");
        }
    }

    private RequestDimensions Dimensions(ParseResult parsed)
    {
        var tags = parsed.GetValue(_tags) ?? [];
        foreach (var tag in tags)
        {
            if (tag.IndexOf('=', StringComparison.Ordinal) < 1 || tag.Contains(',', StringComparison.Ordinal))
            {
                throw new UserException($"--tag {tag}: write name=value, without a comma.");
            }
        }

        // An isolation group stays empty: a run's requests share their batches whoever pays, as all of this machine's user do.
        return new RequestDimensions(
            parsed.GetValue(_tenant) ?? "", "run", parsed.GetValue(_agent) ?? "", parsed.GetValue(_session) ?? "",
            string.Join(',', tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
    }

    private static void AtLeast(int value, int least, string option)
    {
        if (value < least)
        {
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{option} {value}: write {least} or more."));
        }
    }
}
