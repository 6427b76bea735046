namespace Parsimony.Cli;

/// <summary>Adds up how the batches of a policy ended.</summary>
internal sealed class RouteTally(string policy)
{
    /// <summary>What a batch costs; 1 is the live call.</summary>
    public const double BatchPrice = 0.5;

    private int _count;
    private int _met;
    private int _escalated;
    private int _batched;
    private double _cost;

    private double Saved => _count - _cost;

    public void Add(RouteEnding ending)
    {
        _count++;
        _met += ending.IsMet ? 1 : 0;
        _escalated += ending.IsEscalated ? 1 : 0;
        _batched += ending.IsBatched ? 1 : 0;
        _cost += ending.Cost;
    }

    public RouteResult Against(RouteTally best) => new(
        policy, Share(_met), best.Saved > 0 ? Saved / best.Saved : 0, Share(_escalated), Share(_batched), _count == 0 ? 0 : _cost / _count);

    private double Share(int count) => _count == 0 ? 0 : (double)count / _count;
}
