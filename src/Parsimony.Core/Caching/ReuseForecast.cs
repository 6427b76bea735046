namespace Parsimony;

/// <summary>
/// Learns when a prefix is used again: a discrete-time hazard, logistic in sparse features, by stochastic gradient with rates that fall for each weight. What has
/// not been used again yet counts as far as it has waited, so that a young service is neither hopeful nor hopeless.
/// </summary>
/// <param name="features">How many features there are.</param>
/// <param name="bias">Log-odds of reuse in one step of time before anything is learnt.</param>
internal sealed class ReuseForecast(int features, double bias)
{
    // Steps of waiting time, in seconds, by their ends.
    private static readonly double[] Steps = [1, 15, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600];

    private const double Rate = 0.3;
    private const int MostOpen = 50_000;

    private readonly double[] _weights = new double[features + 11];
    private readonly double[] _squares = new double[features + 11];
    private readonly Queue<ReuseQuestion>[] _open = [.. Steps.Select(_ => new Queue<ReuseQuestion>())];
    private int _asked;

    /// <summary>Sets what is believed of a feature before anything is learnt, in log-odds.</summary>
    public void Believe(int feature, double weight) => _weights[feature] = weight;

    /// <summary>Probability that the prefix is used again after it can be read and before its entry ends.</summary>
    /// <param name="active">The features that hold.</param>
    /// <param name="life">Life of the entry, in seconds.</param>
    public double Within(ReadOnlySpan<int> active, double life)
    {
        var unused = 1d;
        for (var step = 1; step < Steps.Length && Steps[step] <= life; step++)
        {
            unused *= 1 - Hazard(active, step);
        }

        return 1 - unused;
    }

    /// <summary>Begins to wait for the reuse of a prefix. Beyond 50,000 open questions nothing more is learnt until some end.</summary>
    public void Ask(ReuseQuestion question)
    {
        if (_asked < MostOpen)
        {
            _asked++;
            _open[0].Enqueue(question);
        }
    }

    /// <summary>The prefix was used again.</summary>
    public void Answer(ReuseQuestion question, double now)
    {
        if (question.IsClosed)
        {
            return;
        }

        question.IsClosed = true;
        var waited = now - question.AskedAt;
        var step = question.Step;
        for (; step < Steps.Length && Steps[step] < waited; step++)
        {
            Learn(question.Features, step, 0);
        }

        if (step < Steps.Length)
        {
            Learn(question.Features, step, 1);
        }
    }

    /// <summary>Learns from what was not used again until now.</summary>
    public void Advance(double now)
    {
        for (var step = 0; step < Steps.Length; step++)
        {
            var queue = _open[step];
            while (queue.TryPeek(out var question) && (question.IsClosed || question.AskedAt + Steps[step] <= now))
            {
                queue.Dequeue();
                if (!question.IsClosed)
                {
                    Learn(question.Features, step, 0);
                    question.Step = step + 1;
                    if (step + 1 < Steps.Length)
                    {
                        _open[step + 1].Enqueue(question);
                        continue;
                    }

                    question.IsClosed = true;
                }

                _asked--;
            }
        }
    }

    private double Hazard(ReadOnlySpan<int> active, int step)
    {
        var odds = bias + _weights[features + step];
        foreach (var feature in active)
        {
            odds += _weights[feature];
        }

        return 1 / (1 + Math.Exp(-odds));
    }

    private void Learn(ReadOnlySpan<int> active, int step, int used)
    {
        var error = Hazard(active, step) - used;
        Move(features + step, error);
        foreach (var feature in active)
        {
            Move(feature, error);
        }
    }

    private void Move(int weight, double error)
    {
        _squares[weight] += error * error;
        _weights[weight] -= Rate * error / Math.Sqrt(1 + _squares[weight]);
    }
}
