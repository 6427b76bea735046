namespace Parsimony.Cli;

/// <summary>A trace: requests in order of time.</summary>
internal sealed class Trace
{
    private readonly Dictionary<(int Parent, ulong Block), int> _nodes = [];
    private readonly List<TraceRequest> _requests = [];

    public IReadOnlyList<TraceRequest> Requests => _requests;

    /// <summary>Different prefixes.</summary>
    public int Prefixes => _nodes.Count;

    /// <summary>Tokens of all prompts.</summary>
    public double Tokens { get; private set; }

    /// <summary>Whether the trace says when requests came; otherwise they are taken to come evenly.</summary>
    public bool HasTimes { get; set; } = true;

    /// <summary>Whether the trace says which prompts share their beginning.</summary>
    public bool HasPrefixes { get; set; } = true;

    /// <summary>Adds a request.</summary>
    /// <exception cref="UserException">It is earlier than the one before it.</exception>
    public void Add(double at, PromptPrefix prompt, int answerTokens, ReuseHint hint, string place, ReuseHint inferred = ReuseHint.Unknown)
    {
        if (_requests.Count > 0 && at < _requests[^1].At)
        {
            throw new UserException($"{place}: its time is before that of the request above it. Sort the trace by time.");
        }

        var nodes = new int[prompt.Count];
        var parent = 0;
        for (var depth = 0; depth < nodes.Length; depth++)
        {
            var key = (parent, prompt.Blocks[depth]);
            if (!_nodes.TryGetValue(key, out var node))
            {
                _nodes[key] = node = _nodes.Count + 1;
            }

            nodes[depth] = parent = node;
        }

        Tokens += prompt.Tokens;
        _requests.Add(new TraceRequest(at, prompt, nodes, answerTokens, hint, inferred));
    }

    /// <summary>The same requests with other hints.</summary>
    public Trace With(IReadOnlyList<ReuseHint> hints)
    {
        var trace = new Trace { HasPrefixes = HasPrefixes, HasTimes = HasTimes };
        for (var index = 0; index < _requests.Count; index++)
        {
            var request = _requests[index];
            trace.Add(request.At, request.Prompt, request.AnswerTokens, hints[index], "the trace", request.Inferred);
        }

        return trace;
    }
}
