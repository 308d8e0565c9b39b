namespace Gibbon.Dns;

/// <summary>
/// Turns between SRV records by weight, without a lock and without a wheel as long as the sum of the weights. The turns walk over the numbers
/// below that sum with a stride that has no factor in common with it, so each round gives every record exactly its share, well mixed.
/// </summary>
internal sealed class SrvTurns
{
    private const double GoldenRatio = 0.6180339887498949;

    private readonly SrvRecord[] _records;
    private readonly uint[] _ends;
    private readonly uint _total;
    private readonly uint _stride;
    private uint _turn;

    public SrvTurns(SrvRecord[] records)
    {
        ushort lowest = records.Min(static record => record.Priority);
        _records = Array.FindAll(records, record => record.Priority == lowest);
        var weights = Array.ConvertAll(_records, static record => Math.Max(1u, record.Weight));
        uint common = weights.Aggregate(0u, GreatestCommonDivisor);
        _ends = new uint[weights.Length];
        for (int index = 0; index < weights.Length; index++)
        {
            _total += weights[index] / common;
            _ends[index] = _total;
        }

        _stride = Math.Max(1, (uint)(_total * GoldenRatio));
        while (GreatestCommonDivisor(_stride, _total) != 1)
        {
            _stride++;
        }
    }

    /// <summary>The record whose turn it is; the first record has the first turn.</summary>
    public SrvRecord Next()
    {
        if (_records.Length == 1)
        {
            return _records[0];
        }

        uint turn = (Interlocked.Increment(ref _turn) - 1) % _total;
        uint place = (uint)((ulong)turn * _stride % _total);
        int index = Array.BinarySearch(_ends, place + 1);
        return _records[index < 0 ? ~index : index];
    }

    private static uint GreatestCommonDivisor(uint a, uint b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
