namespace Parsimony;

/// <summary>When a batch will be done: a table of chances by age, begun by a prior and moved by what was seen. Immutable.</summary>
/// <remarks>
/// Time is cut into steps that grow by an eighth, from a minute to two days. For each, what was seen says how many batches of that age were still running and how many ended in
/// it; what a broader forecast says counts as so many batches seen. A batch that was cut off counts as running up to then and says nothing of what comes after, so
/// escalating early does not make the forecast worse. What is left after the last step never ends: the stuck share, a chance of its own.
/// </remarks>
public sealed class CompletionForecast
{
    /// <summary>How many batches a broader forecast counts for.</summary>
    public const double PriorWeight = 20;

    private const int Steps = 72;

    private static readonly double[] Ends = [.. Enumerable.Range(0, Steps).Select(step => 60 * Math.Pow(2880, step / (Steps - 1.0)))];

    private readonly float[] _running;

    private CompletionForecast(string name, float[] running, double seen, double evidence)
    {
        Name = name;
        _running = running;
        Seen = seen;
        Evidence = evidence;
    }

    /// <summary>
    /// What is believed of any provider before anything was seen: log-normal, wide, half done in 43 minutes, one in a hundred stuck. The one published fact is "most batches finish
    /// in less than 1 hour" (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28); that "most" means three in five, the width (a hundredth
    /// takes longer than 15 hours) and the stuck share are UNVERIFIED, and therefore count for twenty batches only.
    /// </summary>
    public static CompletionForecast Prior { get; } = FromLogNormal("prior", TimeSpan.FromMinutes(43), 1.3, 0.01);

    /// <summary>What it was learnt from, for example <c>openAI/gpt-5.6</c>.</summary>
    public string Name { get; }

    /// <summary>How many batches were seen for just this, weighted by age.</summary>
    public double Seen { get; }

    /// <summary>How many batches the belief rests on, those of the broader forecast included.</summary>
    public double Evidence { get; }

    /// <summary>The chance that a batch never ends.</summary>
    public double StuckShare => _running[^1];

    /// <summary>The chances to be running still at the end of each step; what <see cref="FromTable"/> takes.</summary>
    public ReadOnlySpan<float> Table => _running;

    /// <summary>A forecast by a log-normal distribution.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="median">By when half of those that end have ended.</param>
    /// <param name="sigma">Standard deviation of the logarithm of the time.</param>
    /// <param name="stuck">The chance that a batch never ends.</param>
    public static CompletionForecast FromLogNormal(string name, TimeSpan median, double sigma, double stuck)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(sigma, 0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(median, TimeSpan.Zero);
        var running = Array.ConvertAll(Ends, end => (float)(stuck + ((1 - stuck) * (1 - NormalCurve.Below(Math.Log(end / median.TotalSeconds) / sigma)))));
        return new CompletionForecast(name, running, 0, 0);
    }

    /// <summary>A forecast as it was stored.</summary>
    /// <exception cref="ArgumentException">The table is not one of <see cref="Table"/>.</exception>
    public static CompletionForecast FromTable(string name, IReadOnlyList<float> table, double seen, double evidence) =>
        table.Count == Steps
            ? new CompletionForecast(name, [.. table], seen, evidence)
            : throw new ArgumentException($"A table has {Steps} steps, this one {table.Count}.", nameof(table));

    /// <summary>This forecast moved by what was seen of a narrower kind of batches.</summary>
    /// <param name="name">What the narrower kind is called.</param>
    /// <param name="seen">What was seen of it, in any order.</param>
    public CompletionForecast Learn(string name, IEnumerable<CompletionSeen> seen)
    {
        var (ended, cut) = (new double[Steps], new double[Steps + 1]);
        var total = 0.0;
        foreach (var batch in seen)
        {
            var step = StepOf(batch.After.TotalSeconds);
            total += batch.Weight;
            if (batch.IsCut || step == Steps)
            {
                cut[step] += batch.Weight;
            }
            else
            {
                ended[step] += batch.Weight;
            }
        }

        var running = new float[Steps];
        var (before, mine, left) = (1.0, 1.0, total);
        for (var step = 0; step < Steps; step++)
        {
            // What was cut off within a step was at risk for half of it on average.
            var believed = PriorWeight * before;
            var atRisk = believed + left - (cut[step] / 2);
            var ending = (PriorWeight * (before - _running[step])) + ended[step];
            mine *= 1 - Math.Min(ending / atRisk, 1);
            running[step] = (float)mine;
            before = _running[step];
            left -= ended[step] + cut[step];
        }

        return new CompletionForecast(name, running, total, Math.Max(Evidence, total));
    }

    /// <summary>The chance that a batch has ended so long after its create.</summary>
    public double DoneBy(TimeSpan after) => 1 - RunningAt(after);

    /// <summary>The chance that a batch ends by <paramref name="after"/>, given that it still runs at <paramref name="age"/>.</summary>
    public double DoneBy(TimeSpan after, TimeSpan age)
    {
        var now = RunningAt(age);
        return now <= 0 || after <= age ? 0 : 1 - (RunningAt(after) / now);
    }

    /// <summary>By when a share of batches has ended; null when so many never do.</summary>
    /// <param name="share">The share, 0-1.</param>
    public TimeSpan? Quantile(double share)
    {
        if (share > DoneBy(TimeSpan.FromSeconds(Ends[^1])))
        {
            return null;
        }

        var (low, high) = (0.0, Ends[^1]);
        for (var step = 0; step < 50; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = DoneBy(TimeSpan.FromSeconds(middle)) < share ? (middle, high) : (low, middle);
        }

        return TimeSpan.FromSeconds(high);
    }

    private double RunningAt(TimeSpan after)
    {
        var seconds = after.TotalSeconds;
        var step = StepOf(seconds);
        if (seconds <= 0 || step == Steps)
        {
            return seconds <= 0 ? 1 : _running[^1];
        }

        var (start, before) = step == 0 ? (0d, 1d) : (Ends[step - 1], (double)_running[step - 1]);
        var part = (seconds - start) / (Ends[step] - start);
        return before <= 0 ? 0 : before * Math.Pow(_running[step] / before, part);
    }

    private static int StepOf(double seconds)
    {
        var found = Array.BinarySearch(Ends, seconds);
        return found >= 0 ? found : ~found;
    }
}
