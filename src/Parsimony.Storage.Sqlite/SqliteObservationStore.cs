using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteObservationStore(SqliteDatabase database) : IObservationStore
{
    public Task RecordAsync(Observation observation, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Process,
        connection => connection.Use("AddObservation")
            .With((long)observation.Kind).With(observation.Provider.Value).With(observation.Model).With(observation.Size)
            .With(observation.Duration.Ticks).With(observation.At).Run(),
        cancellationToken);

    public Task<long> ReadNewestAsync(CancellationToken cancellationToken = default) => database.ReadAsync(
        connection =>
        {
            using var row = connection.Use("ReadNewestObservation");
            return row.Step() ? row.Int64() : 0;
        },
        cancellationToken);

    public Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind, ProviderId provider, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Observation>>(
            connection =>
            {
                using var row = connection.Use("ReadObservations").With((long)kind).With(provider.Value).With(max);
                var observations = new List<Observation>();
                while (row.Step())
                {
                    observations.Add(new Observation(kind, provider, row.Text(), row.Int32(), TimeSpan.FromTicks(row.Int64()), row.Time()));
                }

                return observations;
            },
            cancellationToken);
}
