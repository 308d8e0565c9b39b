using System.Collections.Concurrent;
using System.Reflection;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>
/// Whether two entities say the same, their lists and maps compared by content. The times of creation and change do not count: an entity that is
/// written again as it was has not changed.
/// </summary>
internal static class StructuralComparer
{
    static readonly ConcurrentDictionary<Type, Comparison> Comparisons = new();

    /// <summary>Compares two entities; those of different types are different.</summary>
    public static bool SayTheSame(object left, object right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }
        if (left is ValueMap a && right is ValueMap b)
        {
            return MapsSayTheSame(a, b);
        }
        return left.GetType() == right.GetType() && For(left.GetType()).Equal(left, right);
    }

    static bool IsTime(string name) => name is "CreatedAt" or "UpdatedAt" or "created_at" or "updated_at";

    static bool MapsSayTheSame(ValueMap left, ValueMap right)
    {
        foreach (var (key, value) in left)
        {
            if (!IsTime(key) && !(right.TryGetValue(key, out var other) && Value.DeepEquals(value, other)))
            {
                return false;
            }
        }
        return right.Keys.All(key => IsTime(key) || left.ContainsKey(key));
    }

    static Comparison For(Type type) => Comparisons.GetOrAdd(type, static type =>
        (Comparison)Activator.CreateInstance(typeof(RecordComparison<>).MakeGenericType(type))!);

    /// <summary>Compares two objects of one type.</summary>
    abstract class Comparison
    {
        public abstract bool Equal(object left, object right);
    }

    /// <summary>Compares two objects property by property.</summary>
    sealed class RecordComparison<T> : Comparison
        where T : class
    {
        readonly PropertyComparison<T>[] properties;

        public RecordComparison() => properties =
        [
            .. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(static property => property.CanRead && property.GetIndexParameters().Length == 0 && !IsTime(property.Name))
                .Select(static property => (PropertyComparison<T>)Activator.CreateInstance(
                    typeof(PropertyComparison<,>).MakeGenericType(typeof(T), property.PropertyType), property)!),
        ];

        public override bool Equal(object left, object right)
        {
            foreach (var property in properties)
            {
                if (!property.Equal((T)left, (T)right))
                {
                    return false;
                }
            }
            return true;
        }
    }

    abstract class PropertyComparison<T>
    {
        public abstract bool Equal(T left, T right);
    }

    sealed class PropertyComparison<T, TValue>(PropertyInfo property) : PropertyComparison<T>
    {
        readonly Func<T, TValue> read = property.GetMethod!.CreateDelegate<Func<T, TValue>>();

        public override bool Equal(T left, T right) => ValuesEqual(read(left), read(right));
    }

    static bool ValuesEqual<TValue>(TValue left, TValue right)
    {
        if (typeof(TValue).IsValueType || typeof(TValue) == typeof(string))
        {
            return EqualityComparer<TValue>.Default.Equals(left, right);
        }
        return ObjectsEqual(left, right);
    }

    static bool ObjectsEqual(object? left, object? right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }
        return (left, right) switch
        {
            (null, _) or (_, null) => false,
            (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
            (ValueMap or ValueList, ValueMap or ValueList) => Value.DeepEquals(left, right),
            (System.Collections.IDictionary a, System.Collections.IDictionary b) => EntriesEqual(a, b),
            (System.Collections.IEnumerable a, System.Collections.IEnumerable b) => ElementsEqual(a, b),
            _ when left.GetType() != right.GetType() => false,
            _ when left.GetType().IsValueType => left.Equals(right),
            _ => For(left.GetType()).Equal(left, right),
        };
    }

    static bool EntriesEqual(System.Collections.IDictionary left, System.Collections.IDictionary right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }
        foreach (var key in left.Keys)
        {
            if (!right.Contains(key) || !ObjectsEqual(left[key], right[key]))
            {
                return false;
            }
        }
        return true;
    }

    static bool ElementsEqual(System.Collections.IEnumerable left, System.Collections.IEnumerable right)
    {
        var (a, b) = (left.GetEnumerator(), right.GetEnumerator());
        while (a.MoveNext())
        {
            if (!b.MoveNext() || !ObjectsEqual(a.Current, b.Current))
            {
                return false;
            }
        }
        return !b.MoveNext();
    }
}
