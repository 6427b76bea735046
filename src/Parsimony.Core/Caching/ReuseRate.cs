namespace Parsimony;

/// <summary>How often prompts are continued, over all of them: reuses for each second that prompts waited, so that young prompts count no more than they have waited.</summary>
/// <param name="life">Life of an entry, in seconds.</param>
/// <param name="readableAfter">Before that an entry cannot be read, in seconds.</param>
internal sealed class ReuseRate(double life, double readableAfter)
{
    // Waiting without a reuse that is believed before any is seen, in seconds.
    private const double Prior = 3000;

    // Traffic is taken to last as long again as it has been seen: nothing is written for a reuse that a young service may never see.
    private const double Horizon = 2;

    private readonly Queue<ReuseQuestion> _waiting = new();
    private double _waited;
    private double _reused;
    private double _last;
    private int _open;

    /// <summary>A prompt came that may be continued.</summary>
    public void Ask(ReuseQuestion question)
    {
        _waiting.Enqueue(question);
        _open++;
    }

    /// <summary>A prompt was continued.</summary>
    public void Answer(ReuseQuestion question, double now)
    {
        if (now - question.AskedAt <= life && !question.IsClosed)
        {
            _open--;
            _reused += now - question.AskedAt >= readableAfter ? 1 : 0;
        }
    }

    /// <summary>Time passed.</summary>
    public void Advance(double now)
    {
        _waited += _open * (now - _last);
        _last = now;
        while (_waiting.TryPeek(out var oldest) && now - oldest.AskedAt > life)
        {
            _waiting.Dequeue();
            _open -= oldest.IsClosed ? 0 : 1;
        }
    }

    /// <summary>Probability that a prompt is continued within its entry's life, or within as long as prompts have been seen.</summary>
    public double Probability(double now) => 1 - Math.Exp(-_reused / (_waited + Prior) * Math.Min(life, Horizon * now));
}
