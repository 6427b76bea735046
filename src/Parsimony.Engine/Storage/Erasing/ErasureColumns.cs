namespace Parsimony.Engine;

/// <summary>A row of erasures.</summary>
/// <param name="Erasure">What is told of it.</param>
/// <param name="Last">Requests up to this one are meant.</param>
/// <param name="Next">Where it goes on.</param>
internal readonly record struct ErasureColumns(Erasure Erasure, long Last, long Next)
{
    // In the order of the columns: arguments are evaluated from left to right.
    internal static ErasureColumns Read(IStoredRow row) => new(
        new Erasure
        {
            Id = row.Int64(),
            Kind = (ErasureSubject)row.Small(),
            Subject = row.Text(),
            RequestedBy = row.Text(),
            RequestedAt = row.Time(),
            Requests = row.Int64(),
            Cancelled = row.Int64(),
            Marked = row.Int64(),
            FinishedAt = row.TimeOrNull(),
        },
        row.Int64(), row.Int64());
}
