using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Chooses the queued requests to send next, within a transaction: the oldest few, and, when more wait than these, some of every profile in rotation.</summary>
internal sealed class SendClaim(SendTurns turns)
{
    private long _after;

    internal async Task<List<long>> ChooseAsync(Session session, int max, DateTimeOffset now, SendSource? sends)
    {
        var window = Math.Max(WaitingSend.Window, max);
        var seen = new HashSet<WaitingSend>();
        var profiles = new Dictionary<long, RequestProfile>();
        var isAll = await AddAsync(session, session.Use("ReadToSend").With(now).With(window), seen, profiles).ConfigureAwait(false) < window;
        bool IsSendable(WaitingSend send) => sends is null || sends(profiles[send.ProfileNumber]);
        var waiting = seen.Where(IsSendable).ToList();
        for (var rotation = 0; !isAll && rotation < WaitingSend.Rotations && (rotation == 0 || waiting.Count == 0); rotation++)
        {
            var next = await RequestRows.ListNumbersAsync(
                session, session.Use("ReadProfilesToSend").With(Volatile.Read(ref _after)).With(WaitingSend.Profiles)).ConfigureAwait(false);
            // The round begins anew behind the last profile. Two claims that turn at the same time see the same: no harm, their rows differ.
            Volatile.Write(ref _after, next.Count == WaitingSend.Profiles ? next[^1] : 0);
            await AddAsync(
                session, session.Use("ReadToSendOfProfiles").With(next, NpgsqlDbType.Bigint).With(now).With(max), seen, profiles).ConfigureAwait(false);
            waiting = [.. seen.Where(IsSendable)];
            isAll = next.Count < WaitingSend.Profiles && rotation > 0;
        }

        return turns.Choose(waiting, number => profiles[number], max);
    }

    private static async Task<int> AddAsync(Session session, Command bound, HashSet<WaitingSend> seen, Dictionary<long, RequestProfile> profiles)
    {
        var rows = await bound.ListAsync(static row => new WaitingSend(row.Int64(), row.Int64(), row.Time()), session.Cancellation).ConfigureAwait(false);
        foreach (var row in rows)
        {
            seen.Add(row);
            if (!profiles.ContainsKey(row.ProfileNumber))
            {
                profiles.Add(
                    row.ProfileNumber, await session.Dictionaries.ProfileAsync(session.Database, row.ProfileNumber, session.Cancellation).ConfigureAwait(false));
            }
        }

        return rows.Count;
    }
}
