namespace Parsimony.Engine;

/// <summary>The planner of one model, credential and set of terms, with what was measured. Thread safe: a lock is held for microseconds, never during a call.</summary>
internal sealed class ModelCache
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ModelId _model;
    private readonly CacheTerms _terms;
    private readonly CacheRules _offered;
    private readonly CacheRules _rules;
    private readonly PromptCachePlanner _planner;
    private readonly PromptCachePlanner? _free;
    private readonly RoutingKeys? _keys;
    private readonly CacheMeans _means;
    private readonly PrefixFlights _flights = new();
    private readonly Dictionary<ReuseHint, (long Calls, long Expected, long Measured, double RegretTokens)> _standings = [];
    private double _measuredTokens;
    private double _estimatedTokens;
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private long _warmUntil;

    /// <summary>A planner.</summary>
    /// <param name="model">The model.</param>
    /// <param name="terms">What may be asked.</param>
    /// <param name="rules">The provider's rules.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="capacity">Most prefixes remembered.</param>
    public ModelCache(ModelId model, CacheTerms terms, CacheRules rules, TimeProvider clock, int capacity)
    {
        _clock = clock;
        (_model, _terms, _offered, _rules) = (model, terms, rules, terms.Restrict(rules));
        _planner = new PromptCachePlanner(_rules, capacity);
        _free = terms.Ttl is null ? null : new PromptCachePlanner(rules with { MinimumTokens = _rules.MinimumTokens, MaxMarks = _rules.MaxMarks }, capacity);
        _means = CacheMeans.Of(model.Provider, rules);
        _keys = _means.TakesRoutingKeys ? new RoutingKeys() : null;
    }

    /// <summary>The rules as far as the terms leave them.</summary>
    public CacheRules Rules => _rules;

    /// <summary>Whether the provider alone decides.</summary>
    public bool IsAutomatic => _terms.Strategy == CacheStrategy.Automatic;

    /// <summary>The rules as they are offered.</summary>
    public CacheRules Offered => _offered;

    /// <summary>When it was asked last.</summary>
    public DateTimeOffset LastAsked
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    /// <summary>What a token of an estimate really is.</summary>
    public double Scale
    {
        get
        {
            // The estimate counts for as much as this many measured tokens.
            const double Prior = 2_000;
            lock (_lock)
            {
                return Math.Clamp((_measuredTokens + Prior) / (_estimatedTokens + Prior), 0.2, 5);
            }
        }
    }

    /// <summary>Whether anything may be kept at all: asked before a prompt is read.</summary>
    public bool IsWarm(DateTimeOffset now) => Volatile.Read(ref _warmUntil) > now.UtcTicks;

    /// <summary>What is kept of a prompt.</summary>
    public PrefixWarmth Look(PromptPrefix prompt, DateTimeOffset now, double prior)
    {
        lock (_lock)
        {
            return _planner.Look(prompt, now > _last ? now : _last, prior);
        }
    }

    /// <summary>The advice; null where the call may wait and another is writing a beginning of its prompt, with what to wait for.</summary>
    public CacheAdvice? TryAdvise(PromptPrefix prompt, double scale, CacheQuestion question, DateTimeOffset now, bool mayWait, out Task writer)
    {
        lock (_lock)
        {
            writer = Task.CompletedTask;
            return mayWait && _flights.TryFind(prompt, out writer) ? null : Advise(prompt, scale, question, now);
        }
    }

    public CacheAdvice Advise(PromptPrefix prompt, double scale, CacheQuestion question, DateTimeOffset now)
    {
        var shared = prompt.Blocks.IndexOf(Fingerprinter.SharedPrefix(question.Envelope).High) + 1;
        lock (_lock)
        {
            _last = now > _last ? now : _last;
            var reuse = Reuse(prompt, shared, question);
            if (question.IsCallersOwn)
            {
                var learnt = _planner.Learn(prompt, _last, reuse);
                _free?.Learn(prompt, _last, reuse);
                return Advice(learnt, CacheControl.None);
            }

            if (_terms.Strategy == CacheStrategy.Automatic)
            {
                return Advice(_planner.Learn(prompt, _last, reuse), Automatic(prompt, shared));
            }

            var plan = _planner.Plan(prompt, _last, reuse);
            if (_free?.Plan(prompt, _last, reuse) is { } free)
            {
                var standing = _standings.GetValueOrDefault(reuse);
                _standings[reuse] = standing with { RegretTokens = standing.RegretTokens + Cost(plan, prompt, _rules) - Cost(free, prompt, _offered) };
            }

            if (plan.Marks.Count > 0)
            {
                KeepWarm();
            }

            return Advice(plan, Control(plan, prompt, shared, reuse));

            CacheAdvice Advice(CachePlan made, CacheControl control) => new(this, made, prompt, scale, Lead(made, control, prompt, shared)) { Model = _model, Control = control, Reuse = reuse, Told = question.Hint ?? question.Terms.Reuse };
        }
    }

    /// <summary>The answer to a call has begun: what it wrote can be read.</summary>
    public void Began(CacheAdvice advice)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            _planner.Began(advice.Plan, advice.Prompt, now);
            _free?.Began(advice.Plan, advice.Prompt, now);
        }
    }

    /// <summary>The provider has answered.</summary>
    public void Settle(CacheAdvice advice, in TokenUsage usage)
    {
        const double Fading = 0.98;
        lock (_lock)
        {
            if (advice.PromptTokens > 0 && usage.TotalInput > 0)
            {
                _measuredTokens = (_measuredTokens * Fading) + usage.TotalInput;
                _estimatedTokens = (_estimatedTokens * Fading) + (advice.PromptTokens / advice.Scale);
            }

            if (usage.CacheRead > 0)
            {
                KeepWarm();
            }

            var standing = _standings.GetValueOrDefault(advice.Reuse);
            _standings[advice.Reuse] = standing with
            {
                Calls = standing.Calls + 1,
                Expected = standing.Expected + (advice.ExpectedRead > 0 ? 1 : 0),
                Measured = standing.Measured + (usage.CacheRead > 0 ? 1 : 0),
            };
            _planner.Measured(advice.Plan, advice.Prompt, usage.CacheRead, _rules.WriteMultiplier > 1 ? usage.CacheWriteShort + usage.CacheWriteLong : null);
            _planner.Answered(advice.Plan, (int)Math.Min(int.MaxValue, usage.TotalOutput));
        }
    }

    private void KeepWarm() => Volatile.Write(ref _warmUntil, (_last + (_rules.LongWriteMultiplier is null ? _rules.Lifetime : _rules.LongLifetime)).UtcTicks);

    /// <summary>The provider did not take the call: nothing was read or written.</summary>
    public void Refused(CacheAdvice advice)
    {
        lock (_lock)
        {
            _planner.Refused(advice.Plan, advice.Prompt);
        }
    }

    public IReadOnlyList<(ReuseHint Reuse, long Calls, long Expected, long Measured, double RegretTokens)> Standings()
    {
        lock (_lock)
        {
            return [.. _standings.Select(entry => (entry.Key, entry.Value.Calls, entry.Value.Expected, entry.Value.Measured, entry.Value.RegretTokens))];
        }
    }

    /// <summary>
    /// What is known of the prompt's future: what the caller says; else a loop of tools and an open conversation go on, and instructions that have come back will again.
    /// </summary>
    private ReuseHint Reuse(PromptPrefix prompt, int shared, CacheQuestion question) =>
        question.Hint ?? (question.Terms.Reuse != ReuseHint.Unknown ? question.Terms.Reuse
            : question.IsToolLoop || _planner.Continues(prompt) ? ReuseHint.Continued
            : shared > 0 && prompt.TokensTo(shared) >= _rules.MinimumTokens && _planner.HasSeen(prompt, shared, _last) ? ReuseHint.Shared
            : ReuseHint.Unknown);

    private CacheControl Control(CachePlan plan, PromptPrefix prompt, int shared, ReuseHint reuse)
    {
        if (_keys is not null)
        {
            return Routed(prompt, shared, reuse);
        }

        if (!_means.TakesMarks)
        {
            return CacheControl.None;
        }

        if (plan.Marks.Count > 0)
        {
            return new CacheControl { Marks = [.. plan.Marks.Select(mark => new CacheMark(mark.Depth - 1, mark.IsLong ? _rules.LongLifetime : _rules.Lifetime))] };
        }

        // A provider that writes by itself, and charges for it, is told not to, unless the prompt is too short for it anyway. Sizes are estimates: half is short.
        return _means.WritesUnasked && prompt.Tokens >= _offered.MinimumTokens / 2 ? CacheControl.Declined : CacheControl.None;
    }

    private CacheControl Automatic(PromptPrefix prompt, int shared) =>
        _keys is not null ? Routed(prompt, shared, ReuseHint.Unknown)
        : _means.WritesUnasked || !_means.TakesMarks || prompt.Count == 0 || prompt.Tokens < _rules.MinimumTokens || _rules.MaxMarks == 0 ? CacheControl.None
        : new CacheControl { Marks = [new CacheMark(prompt.Count - 1, _rules.Lifetime)] };

    private CacheControl Routed(PromptPrefix prompt, int shared, ReuseHint reuse)
    {
        if (_keys is null || reuse == ReuseHint.Single || prompt.Count == 0 || prompt.Tokens < _rules.MinimumTokens)
        {
            return CacheControl.None;
        }

        // What it shares with others, and the first block that tells this conversation from theirs.
        return new CacheControl { RoutingKey = _keys.Of(prompt.Blocks[Math.Max(0, shared - 1)], prompt.Blocks[Math.Min(shared, prompt.Count - 1)], _last) };
    }

    /// <summary>What the call is about to write, for others to wait for: what it marks beyond what it reads, or where the provider marks by itself what it shares with others.</summary>
    private IDisposable? Lead(CachePlan plan, CacheControl control, PromptPrefix prompt, int shared)
    {
        int[] depths = control.Marks.Count > 0 ? [.. control.Marks.Select(mark => mark.BlockIndex + 1).Where(depth => depth > plan.Hit)]
            : control.RoutingKey is not null && shared > 0 && prompt.TokensTo(shared) >= _rules.MinimumTokens && !_planner.HasSeen(prompt, shared, _last) ? [shared]
            : [];
        return depths.Length == 0 ? null : _flights.Lead(prompt, depths);
    }

    /// <summary>Expected cost beyond plain sending, in uncached tokens.</summary>
    private static double Cost(CachePlan plan, PromptPrefix prompt, CacheRules rules)
    {
        var from = prompt.TokensTo(Math.Min(plan.Hit, prompt.Count));
        var cost = plan.Marks.Count > 0 ? -(1 - rules.ReadMultiplier) * from : 0;
        foreach (var mark in plan.Marks)
        {
            var to = prompt.TokensTo(Math.Min(mark.Depth, prompt.Count));
            cost += Math.Max(0, to - from) * ((mark.IsLong ? rules.LongWriteMultiplier ?? rules.WriteMultiplier : rules.WriteMultiplier) - 1);
            from = Math.Max(from, to);
        }

        return cost;
    }
}
