using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Chooses the queued requests to send next, within a transaction: the oldest few, and, when more wait than these, some of every profile in rotation.</summary>
internal sealed class SendClaim(SqliteDatabase database, SendTurns turns)
{
    private long _after;

    internal List<long> Choose(Connection connection, int max, DateTimeOffset now, SendSource? sends)
    {
        var window = Math.Max(WaitingSend.Window, max);
        var seen = new HashSet<WaitingSend>();
        var isAll = Read(connection.Use("ReadToSend").With(now).With(window), seen) < window;
        bool IsSendable(WaitingSend send) => sends is null || sends(ProfileOf(connection, send.ProfileNumber));
        var waiting = seen.Where(IsSendable).ToList();
        for (var rotation = 0; !isAll && rotation < WaitingSend.Rotations && (rotation == 0 || waiting.Count == 0); rotation++)
        {
            var profiles = RequestRows.ReadNumbers(connection.Use("ReadProfilesToSend").With(_after).With(WaitingSend.Profiles));
            // The round begins anew behind the last profile.
            _after = profiles.Count == WaitingSend.Profiles ? profiles[^1] : 0;
            foreach (var profile in profiles)
            {
                Read(connection.Use("ReadToSendOfProfile").With(profile).With(now).With(max), seen);
            }

            waiting = [.. seen.Where(IsSendable)];
            isAll = _after == 0 && rotation > 0;
        }

        return turns.Choose(waiting, number => ProfileOf(connection, number), max);
    }

    private static int Read(Statement bound, HashSet<WaitingSend> seen)
    {
        using (bound)
        {
            var rows = 0;
            while (bound.Step())
            {
                seen.Add(new WaitingSend(bound.Int64(), bound.Int64(), bound.Time()));
                rows++;
            }

            return rows;
        }
    }

    private RequestProfile ProfileOf(Connection connection, long number) => database.Dictionaries.Profile(connection, number);
}
