using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Parsimony;

/// <summary>Facts of the models that are known. Immutable and thread safe.</summary>
public sealed partial class ModelCatalogue
{
    private static readonly Lazy<ModelCatalogue> FromLibrary = new(() => new ModelCatalogue(Read(NamedFile.Embedded("models"))));

    private readonly FrozenDictionary<ModelId, ModelFacts> _byName;
    private readonly FrozenSet<ModelId> _not;

    private ModelCatalogue(IReadOnlyList<ModelFacts> models)
    {
        All = models;
        _byName = models
            .SelectMany(m => m.Aliases.Prepend(m.Id.Name).Select(name => KeyValuePair.Create(m.Id with { Name = name }, m)))
            .ToFrozenDictionary();
        _not = models.SelectMany(m => m.Not.Select(name => m.Id with { Name = name })).ToFrozenSet();
    }

    /// <summary>The facts that come with the library.</summary>
    public static ModelCatalogue Default => FromLibrary.Value;

    /// <summary>Every known model, in the order of the files.</summary>
    public IReadOnlyList<ModelFacts> All { get; }

    /// <summary>Reads files of model facts; a stream that is a file is named in faults by its path, another by its position.</summary>
    /// <exception cref="DataFileException">At least one file is faulty; all faults are listed.</exception>
    public static ModelCatalogue Load(IEnumerable<Stream> files) => new(Read(NamedFile.From(files)));

    /// <summary>A model's facts by its listed name, an alias, or its listed name with a date behind it; null when nothing is known.</summary>
    public ModelFacts? Find(ModelId model) => Find(model, out _);

    /// <summary>Like <see cref="Find(ModelId)"/>.</summary>
    /// <param name="model">The name to look for.</param>
    /// <param name="byDate">Whether the name is only known without its date, so that what is found is likely but not stated.</param>
    internal ModelFacts? Find(ModelId model, out bool byDate)
    {
        byDate = false;
        if (_byName.TryGetValue(model, out var facts) || model.Name is null || _not.Contains(model))
        {
            return facts;
        }

        var dated = DatedName().Match(model.Name);
        byDate = dated.Success && _byName.TryGetValue(model with { Name = dated.Groups["name"].Value }, out facts);
        return facts;
    }

    [GeneratedRegex(@"^(?<name>.+)-20\d\d(?<dash>-?)(0[1-9]|1[0-2])\k<dash>[0-3]\d$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex DatedName();

    private static List<ModelFacts> Read(IEnumerable<NamedFile> files)
    {
        var faults = new List<string>();
        var models = new List<ModelFacts>();
        var names = new HashSet<ModelId>();
        foreach (var file in files)
        {
            DataRow.ReadModels(file, faults, (provider, row) =>
            {
                if (ReadModel(provider, row) is not { } facts)
                {
                    return;
                }

                models.Add(facts);
                foreach (var name in facts.Aliases.Prepend(facts.Id.Name).Where(n => !names.Add(facts.Id with { Name = n })))
                {
                    row.Fault($"the name {name} is listed twice");
                }
            });
        }

        return faults.Count == 0 ? models : throw new DataFileException(faults);
    }

    private static ModelFacts? ReadModel(ProviderId provider, DataRow row)
    {
        var source = $"{row.RequiredText("source")} ({row.DayOrMonth("checked_on")})";
        if (row.Text("quirks_source") is { } quirks)
        {
            source += $" ; {quirks}";
        }

        var facts = new ModelFacts
        {
            Id = new ModelId(provider, row.Text("model") ?? ""),
            MaxInputTokens = row.Count("max_input_tokens"),
            MaxOutputTokens = row.Count("max_output_tokens"),
            MinCacheTokens = row.Count("min_cache_tokens"),
            UsesMaxCompletionTokens = row.Flag("uses_max_completion_tokens"),
            RefusesSampling = row.Flag("refuses_sampling"),
            RefusesTemperatureWithTopP = row.Flag("refuses_temperature_with_top_p"),
            SupportsReasoningEffort = row.Flag("supports_reasoning_effort"),
            Aliases = row.Texts("aliases"),
            Not = row.Texts("not"),
            Unverified = row.Flag("verified") is false ? ["model", .. row.Texts("unverified")] : row.Texts("unverified"),
            Source = source,
        };
        row.End("quirks_checked_on", "note");
        return facts.Id.Name.Length > 0 ? facts : null;
    }
}
