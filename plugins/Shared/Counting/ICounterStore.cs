using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Numbers that several nodes share.</summary>
interface ICounterStore
{
    /// <summary>Whether what was counted for a request stays counted when the request is refused.</summary>
    bool KeepsRefused { get; }

    /// <summary>Adds to numbers. Each addition is one step, whoever else does the same.</summary>
    /// <param name="rows">The numbers.</param>
    /// <param name="amount">What is added to each; 0 reads them.</param>
    /// <returns>The numbers after the addition, or why they cannot be had.</returns>
    ValueTask<Result<long[]>> AddAsync(IReadOnlyList<CounterRow> rows, long amount);
}
