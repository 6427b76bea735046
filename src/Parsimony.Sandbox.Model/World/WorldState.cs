using System.Globalization;
using System.Security.Cryptography;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Everything a sandbox remembers. All access is under <see cref="Gate"/>; a change is noted in the open record and becomes durable as a whole
/// with <see cref="Commit"/>, before the reply leaves.
/// </summary>
internal sealed class WorldState : IDisposable
{
    // Hits inside a batch are best effort; 30 to 98 % is what the vendor quotes
    // (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28).
    private const double BatchMisses = 0.15;

    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly PromptCache _cache = new();
    private readonly JournalFile? _journal;
    private JournalRecord _open = new();
    private int _contents;

    public WorldState(SandboxOptions options)
    {
        Options = options;
        Faults = new FaultScript(options.Seed);
        if (options.StateFile is { } path)
        {
            _journal = new JournalFile(path);
            foreach (var record in _journal.ReadAll())
                Restore(record);
        }

        Faults.Replaced += () =>
        {
            lock (Gate)
                Commit();
        };
    }

    public Lock Gate { get; } = new();

    public SandboxOptions Options { get; }

    public Bill Bill { get; } = new();

    public FaultScript Faults { get; }

    /// <summary>Every file there ever was, by number from 1.</summary>
    public List<StoredFile> Files { get; } = [];

    public Dictionary<string, StoredFile> FilesById { get; } = new(StringComparer.Ordinal);

    /// <summary>Every batch there ever was, by number from 1.</summary>
    public List<BatchState> Batches { get; } = [];

    public Dictionary<string, BatchState> BatchesById { get; } = new(StringComparer.Ordinal);

    /// <summary>Every explicit cache there ever was, by number from 1.</summary>
    public List<StoredCache> Caches { get; } = [];

    public Dictionary<string, StoredCache> CachesById { get; } = new(StringComparer.Ordinal);

    public ContentWriter NewContent()
    {
        var number = Interlocked.Increment(ref _contents);
        return new ContentWriter(_journal?.ContentPath(number), number);
    }

    public string NewId(string prefix, string kind, long number)
    {
        var high = Chance(kind, number, 1);
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{high:x16}{(uint)Chance(kind, number, 2):x8}");
    }

    public ulong Chance(string kind, long number, ulong salt = 0) =>
        StableHash.Join(StableHash.Of(kind, Options.Seed + (salt * 0x9E3779B97F4A7C15UL)), (ulong)number);

    /// <summary>After what time a live answer begins: whole milliseconds, for timers count no less, and an answer must not be there before what it wrote can be read.</summary>
    public TimeSpan Latency(string kind, long number)
    {
        var drawn = Between(Options.LiveLatencyMin, Options.LiveLatencyMax, Chance(kind, number));
        return drawn - TimeSpan.FromTicks(drawn.Ticks % TimeSpan.TicksPerMillisecond);
    }

    public static TimeSpan Between(TimeSpan min, TimeSpan max, ulong chance) => min + ((max - min) * StableHash.Fraction(chance));

    public void Add(StoredFile file)
    {
        Files.Add(file);
        FilesById.Add(file.Id, file);
        Note(file);
    }

    /// <summary>Puts a file in the place of the one with its number and id.</summary>
    public void Replace(StoredFile file)
    {
        Files[file.Number - 1] = file;
        FilesById[file.Id] = file;
        Note(file);
    }

    public void Note(StoredFile file)
    {
        if (_journal is not null && !(_open.Files ??= []).Contains(file))
            _open.Files.Add(file);
    }

    public void Add(BatchState batch)
    {
        Batches.Add(batch);
        BatchesById.Add(batch.Id, batch);
        Note(batch);
    }

    public void Note(BatchState batch)
    {
        if (_journal is not null && !(_open.Batches ??= []).Contains(batch))
            _open.Batches.Add(batch);
    }

    public void Note(BatchState batch, DoneItem item)
    {
        batch.Done.Add(item);
        if (_journal is not null)
            (_open.Items ??= []).Add(item);
    }

    public void Add(StoredCache cache)
    {
        Caches.Add(cache);
        CachesById.Add(cache.Id, cache);
        Note(cache);
    }

    public void Note(StoredCache cache)
    {
        if (_journal is not null && !(_open.Caches ??= []).Contains(cache))
            _open.Caches.Add(cache);
    }

    /// <summary>How often an equal question was asked before, and that it was asked now.</summary>
    public int NextOrdinal(Endpoint endpoint, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        var key = string.Concat(endpoint.Path, " ", Convert.ToHexStringLower(hash[..12]));
        if (_journal is not null)
            (_open.Asked ??= []).Add(key);
        return Count(key);
    }

    /// <summary>Meters and bills an answer.</summary>
    public BillLine Charge(Endpoint endpoint, Work work, BatchState? batch, string request, string scope, TimeSpan beginsAfter, DateTimeOffset at)
    {
        var number = Bill.Count + 1L;
        var question = work.Metered with
        {
            Batch = batch is not null,
            Scope = scope,
            AnswerBeginsAfter = beginsAfter,
            LosesHit = batch is not null && StableHash.Fraction(Chance("miss", number)) < BatchMisses,
        };
        var usage = work.IsCached
            ? _cache.Meter(question, at)
            : new SandboxUsage { UncachedInput = question.Blocks.Sum(b => (long)b.Tokens), Images = work.Images };
        var price = SandboxPrices.Price(endpoint.Provider, question.Model, usage, TierOf(question), at);
        var line = new BillLine
        {
            Number = number,
            At = at,
            Provider = endpoint.Provider,
            Model = question.Model,
            Kind = TierOf(question),
            Key = $"apikey_{scope}",
            Endpoint = endpoint.Path,
            Request = request,
            Batch = batch?.Id,
            ResponseId = NewId(endpoint.IdPrefix, "answer", number),
            Usage = usage,
            AmountPico = (long)(price ?? 0),
            Unpriced = price is null,
        };
        Enter(line);
        return line;
    }

    /// <summary>Puts a charge on the bill.</summary>
    public void Enter(BillLine line)
    {
        Bill.Add(line);
        if (_journal is not null)
            (_open.Bill ??= []).Add(line);
    }

    private static string TierOf(CacheQuestion question) => question.Batch ? "batch" : question.IsFlexible ? "flex" : "live";

    /// <summary>The lines a report of a provider can know of: those of its time, and old enough to have reached it.</summary>
    public IEnumerable<BillLine> Reported(Call call, ReportWindow window) => window.Days.Count == 0
        ? []
        : Bill.Lines.Where(line => line.Provider == call.Provider && line.At >= window.Days[0] && line.At < window.Days[^1].AddDays(1) && line.At <= call.Now - Options.ReportLag);

    public void Commit()
    {
        if (_journal is null)
            return;
        if (Faults.IsDirty)
            _open.Faults = Faults.Snapshot();
        if (_open.IsEmpty)
            return;
        _journal.Append(_open);
        _open = new JournalRecord();
    }

    public void Dispose() => _journal?.Dispose();

    private int Count(string key)
    {
        _asked.TryGetValue(key, out var before);
        _asked[key] = before + 1;
        return before;
    }

    private FileContent? ContentOf(int number, long length)
    {
        _contents = Math.Max(_contents, number);
        return number == 0 || _journal is null ? null : new FileContent(_journal.ContentPath(number)) { Length = length, Number = number };
    }

    private void Restore(JournalRecord record)
    {
        foreach (var file in record.Files ?? [])
        {
            file.Content = ContentOf(file.ContentNumber, file.ContentLength);
            Place(Files, file, file.Number);
            FilesById[file.Id] = file;
        }

        foreach (var batch in record.Batches ?? [])
        {
            batch.Content = ContentOf(batch.ContentNumber, batch.ContentLength);
            if (batch.Number <= Batches.Count)
                batch.Done.AddRange(Batches[batch.Number - 1].Done);
            Place(Batches, batch, batch.Number);
            BatchesById[batch.Id] = batch;
        }

        foreach (var cache in record.Caches ?? [])
        {
            cache.Content = ContentOf(cache.ContentNumber, cache.ContentLength);
            Place(Caches, cache, cache.Number);
            CachesById[cache.Id] = cache;
        }

        foreach (var item in record.Items ?? [])
            Batches[item.Batch - 1].Done.Add(item);
        foreach (var line in record.Bill ?? [])
            Bill.Add(line);
        foreach (var key in record.Asked ?? [])
            Count(key);
        if (record.Faults is { } rules)
            Faults.Restore(rules);
    }

    private static void Place<T>(List<T> list, T value, int number)
    {
        if (number <= list.Count)
            list[number - 1] = value;
        else
            list.Add(value);
    }
}
