using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Kill;

/// <summary>One run that is killed: where, and in what kind of world. A pure function of point, round and seed.</summary>
internal sealed record KillCase(string Point, int Round, int Seed)
{
    /// <summary>Killed at a random instant instead of a named effect.</summary>
    public const string AtRandom = "random";

    private const string RetriedItems = """{"fault":"item_server_error","operation":"batch.create","times":2}""";
    private const string LostLiveReply = """{"fault":"live_reply_lost","times":1}""";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Point}-{Round}");

    public bool IsRandom => Point == AtRandom;

    /// <summary>The run that is killed asks this provider; another run on the same store asks the other one.</summary>
    public bool IsOpenAI => (Round + (EffectPoint.All as IList<string>)!.IndexOf(Point)) % 2 == 0;

    /// <summary>Which time it gets there it is killed.</summary>
    public int Occurrence => Point switch
    {
        _ when LosesStuckBatch => 2,
        EffectPoint.Enqueued or EffectPoint.Sealed or EffectPoint.Escalated => 1,
        EffectPoint.SendBefore or EffectPoint.SendAfter or EffectPoint.SendNoted => 1 + (Round % 4),
        EffectPoint.PollAfter or EffectPoint.PollNoted => 1 + (Round % 3),
        _ => 1 + (Round % 2),
    };

    /// <summary>Whether batches come too late for a deadline, so that items leave them.</summary>
    public bool MissesDeadline => Point == EffectPoint.Escalated || (IsRandom && Round % 5 == 1);

    /// <summary>Whether the run that is killed loses its own create at the provider that takes no key, is found again, and is cancelled while stuck there.</summary>
    public bool LosesStuckBatch => Point == EffectPoint.CreateAfter && Round % 5 == 2;

    /// <summary>Whether the user cancels the run while it is at the provider.</summary>
    public bool IsCancelled => LosesStuckBatch || Point is EffectPoint.CancelBefore or EffectPoint.CancelAfter || (IsRandom && Round % 5 == 2);

    /// <summary>Whether an earlier process was killed as soon as it had accepted its requests.</summary>
    public bool HasFilledBatch => Point == EffectPoint.Sealed || (IsRandom && Round % 5 == 3);

    /// <summary>Whether rows are answered live before the others.</summary>
    public bool SamplesFirst => Round % 5 == 4;

    /// <summary>Sandbox seconds a second. A deadline of more than an hour must pass in seconds.</summary>
    public double Speed => MissesDeadline ? 300 : 40;

    /// <summary>What goes wrong at the providers besides.</summary>
    public string Faults
    {
        get
        {
            List<string> rules = [RetriedItems];
            if (Round % 2 == 0)
            {
                rules.Add(LostLiveReply);
            }

            if (Point is EffectPoint.RescueClaimed or EffectPoint.RescueSearched or EffectPoint.RescueNoted || (IsRandom && Round % 5 == 0))
            {
                // The batch is there, or is not, and nobody was told.
                rules.Add(Round % 3 == 2
                    ? """{"fault":"create_lost","operation":"batch.create","times":2}"""
                    : """{"fault":"create_reply_lost","operation":"batch.create","times":2}""");
            }

            if (IsCancelled)
            {
                rules.Add($$"""{"fault":"job_stuck","provider":"{{(IsOpenAI ? "openai" : "anthropic")}}","operation":"batch.create","times":2,"value":0.5}""");
            }

            if (MissesDeadline)
            {
                // Never given to the provider, or given and stuck there until it is too late to wait for its cancel.
                rules.Add(Round % 2 == 0
                    ? """{"fault":"rate_limited","operation":"batch.create","times":null,"value":30}"""
                    : """{"fault":"job_stuck","operation":"batch.create","times":2,"value":0.5},{"fault":"cancel_slow","operation":"batch.cancel","times":null,"value":3600}""");
            }

            if (Round % 5 == 1 && !MissesDeadline)
            {
                rules.Add("""{"fault":"expires_halfway","operation":"batch.create","times":1,"value":0.6}""");
            }

            if (Round % 5 == 3)
            {
                rules.Add("""{"fault":"result_missing","times":1},{"fault":"results_shuffled","times":1}""");
            }

            return $$"""{"rules":[{{string.Join(',', rules)}}]}""";
        }
    }

    /// <summary>Chance of this case alone.</summary>
    public Random Chance()
    {
        var hash = unchecked((uint)Seed * 2_654_435_761);
        foreach (var character in Name)
        {
            hash = unchecked((hash ^ character) * 16_777_619);
        }

        return new Random(unchecked((int)hash));
    }
}
