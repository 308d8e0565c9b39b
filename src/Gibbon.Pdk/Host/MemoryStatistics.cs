using System.Collections.Immutable;

namespace Gibbon.Pdk;

/// <summary>How much memory the gateway uses, in bytes. <see cref="MemoryUnit"/> writes the numbers as Kong does.</summary>
/// <param name="Workers">The workers, by process id; Lua states where there are some.</param>
/// <param name="SharedDictionaries">The shared dictionaries, by name.</param>
public sealed record MemoryStatistics(
    ImmutableArray<WorkerMemory> Workers,
    ImmutableSortedDictionary<string, DictionaryMemory> SharedDictionaries);

/// <summary>The memory of a worker.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="AllocatedBytes">The bytes in use by its garbage collector.</param>
public sealed record WorkerMemory(int ProcessId, long AllocatedBytes);

/// <summary>The memory of a shared dictionary.</summary>
/// <param name="CapacityBytes">How much it may use.</param>
/// <param name="AllocatedBytes">How much it uses.</param>
public sealed record DictionaryMemory(long CapacityBytes, long AllocatedBytes);
