using System.Collections.Concurrent;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>
/// Numbers and texts that all threads share. A number is a cell of its own that is counted up in place: an increment of a key that exists
/// takes no lock and allocates nothing.
/// </summary>
internal sealed class SharedDictionary(TimeProvider time, int mostKeys = SharedDictionary.DefaultMostKeys) : ISharedDictionary
{
    /// <summary>About what Kong's dictionaries of 5 and 12 MiB hold.</summary>
    public const int DefaultMostKeys = 1_000_000;

    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private int _sweeping;

    /// <summary>How many keys it has, with those that have expired and are not cleared away yet.</summary>
    public int Count => _cells.Count;

    public object? Get(string key) => TryFind(key, out Cell? cell) ? cell.Value : null;

    public bool TryGetNumber(string key, out double value)
    {
        value = 0;
        return TryFind(key, out Cell? cell) && cell.TryGetNumber(out value);
    }

    public void Set(string key, object? value, TimeSpan timeToLive = default)
    {
        if (value is null)
        {
            Delete(key);
            return;
        }

        _cells[key] = Cell.Of(value, Expiry(timeToLive));
        MakeRoom();
    }

    public bool Add(string key, object value, TimeSpan timeToLive = default)
    {
        Cell added = Cell.Of(value, Expiry(timeToLive));
        while (true)
        {
            Cell present = _cells.GetOrAdd(key, added);
            if (ReferenceEquals(present, added))
            {
                MakeRoom();
                return true;
            }

            if (!IsOver(present))
            {
                return false;
            }

            if (_cells.TryUpdate(key, added, present))
            {
                return true;
            }
        }
    }

    public bool Replace(string key, object value, TimeSpan timeToLive = default) =>
        TryFind(key, out Cell? present) && _cells.TryUpdate(key, Cell.Of(value, Expiry(timeToLive)), present);

    public Result<double> Increment(string key, double amount, double? initial = null, TimeSpan initialTimeToLive = default)
    {
        while (true)
        {
            if (TryFind(key, out Cell? cell))
            {
                return cell.TryIncrement(amount, out double sum) ? sum : Result.Failure<double>("not a number");
            }

            if (initial is not { } start)
            {
                return Result.Failure<double>("not found");
            }

            Cell begun = Cell.Of(start + amount, Expiry(initialTimeToLive));
            if (_cells.TryAdd(key, begun))
            {
                MakeRoom();
                return start + amount;
            }
        }
    }

    public TimeSpan? TimeToLive(string key)
    {
        if (!TryFind(key, out Cell? cell))
        {
            return null;
        }

        long expiry = cell.Expiry;
        return expiry == long.MaxValue ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), expiry);
    }

    public bool Expire(string key, TimeSpan timeToLive)
    {
        if (!TryFind(key, out Cell? cell))
        {
            return false;
        }

        cell.Expiry = Expiry(timeToLive);
        return true;
    }

    public void Delete(string key) => _cells.TryRemove(key, out _);

    public IReadOnlyList<string> Keys(int max = 1024) =>
        [.. _cells.Where(pair => !IsOver(pair.Value)).Select(static pair => pair.Key).Take(max == 0 ? int.MaxValue : max)];

    public void Clear() => _cells.Clear();

    private bool TryFind(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Cell? cell)
    {
        if (!_cells.TryGetValue(key, out cell))
        {
            return false;
        }

        if (!IsOver(cell))
        {
            return true;
        }

        _cells.TryRemove(new KeyValuePair<string, Cell>(key, cell));
        cell = null;
        return false;
    }

    private bool IsOver(Cell cell) => cell.Expiry != long.MaxValue && time.GetTimestamp() >= cell.Expiry;

    private long Expiry(TimeSpan timeToLive) => timeToLive <= TimeSpan.Zero
        ? long.MaxValue
        : time.GetTimestamp() + (long)(timeToLive.TotalSeconds * time.TimestampFrequency);

    // Counters of windows that are over are never asked for again: from time to time somebody who adds takes them out.
    private void MakeRoom()
    {
        if (!NeedsRoom() || Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        foreach ((string key, Cell cell) in _cells)
        {
            if (IsOver(cell))
            {
                _cells.TryRemove(new KeyValuePair<string, Cell>(key, cell));
            }
        }

        // Everything is alive and there is still too much of it: any key must go, as in a full dictionary of nginx.
        foreach ((string key, _) in _cells)
        {
            if (_count <= mostKeys)
            {
                break;
            }

            if (_cells.TryRemove(key, out _))
            {
                _count--;
            }
        }

        Volatile.Write(ref _sweeping, 0);
    }

    // Counting a concurrent dictionary locks all of it, so it is counted rarely.
    private int _additions;
    private int _count;

    private bool NeedsRoom()
    {
        if (Interlocked.Increment(ref _additions) % 16_384 != 0)
        {
            return false;
        }

        _count = _cells.Count;
        return true;
    }

    /// <summary>One value. Numbers change in place.</summary>
    private sealed class Cell
    {
        private readonly object? _value;
        private readonly bool _isInteger;
        private double _number;

        private Cell(object? value, double number, bool isInteger, long expiry)
        {
            _value = value;
            _number = number;
            _isInteger = isInteger;
            Expiry = expiry;
        }

        public long Expiry { get; set; }

        public object Value => _value ?? Number();

        public static Cell Of(object value, long expiry) => value switch
        {
            int number => new Cell(null, number, true, expiry),
            long number => new Cell(null, number, true, expiry),
            double number => new Cell(null, number, false, expiry),
            _ => new Cell(value, 0, false, expiry),
        };

        public bool TryGetNumber(out double number)
        {
            number = Volatile.Read(ref _number);
            return _value is null;
        }

        public bool TryIncrement(double amount, out double sum)
        {
            sum = 0;
            if (_value is not null)
            {
                return false;
            }

            double present;
            do
            {
                present = Volatile.Read(ref _number);
                sum = present + amount;
            }
            while (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref _number, sum, present)) != BitConverter.DoubleToInt64Bits(present));
            return true;
        }

        private object Number()
        {
            double number = Volatile.Read(ref _number);
            if (_isInteger && number == Math.Floor(number))
            {
                return (long)number;
            }

            return number;
        }
    }
}
