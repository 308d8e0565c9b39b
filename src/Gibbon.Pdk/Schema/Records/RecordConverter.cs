using System.Linq.Expressions;
using System.Reflection;

namespace Gibbon.Pdk.Schemas;

/// <summary>A record with its properties. Reading is one compiled expression that sets them all; what is missing gets the initialiser's value.</summary>
sealed class RecordConverter<T> : Converter<T> where T : class
{
    static readonly MethodInfo ReadProperty = typeof(RecordConverter<T>).GetMethod(nameof(Get), BindingFlags.NonPublic | BindingFlags.Static)!;
    static readonly MethodInfo WriteProperty = typeof(RecordConverter<T>).GetMethod(nameof(Put), BindingFlags.NonPublic | BindingFlags.Static)!;
    readonly Lazy<Func<ValueMap, T>> read = new(CompileRead);
    readonly Lazy<Action<T, ValueMap>> write = new(CompileWrite);

    public override T Read(object value) => read.Value(value as ValueMap ?? []);

    public override object? Write(T value)
    {
        var map = new ValueMap(RecordShape.Of(typeof(T)).Properties.Length);
        write.Value(value, map);
        return map;
    }

    static Func<ValueMap, T> CompileRead()
    {
        var shape = RecordShape.Of(typeof(T));
        var map = Expression.Parameter(typeof(ValueMap));
        var bindings = shape.Properties.Select(property => (MemberBinding)Expression.Bind(
            property.Info,
            Expression.Call(
                ReadProperty.MakeGenericMethod(property.Info.PropertyType),
                map,
                Expression.Constant(property.Name),
                Expression.Constant(property.IsNullable),
                Expression.Constant(property.Info.GetValue(shape.Prototype), property.Info.PropertyType))));
        return Expression.Lambda<Func<ValueMap, T>>(Expression.MemberInit(Expression.New(typeof(T)), bindings), map).Compile();
    }

    static Action<T, ValueMap> CompileWrite()
    {
        var record = Expression.Parameter(typeof(T));
        var map = Expression.Parameter(typeof(ValueMap));
        var puts = RecordShape.Of(typeof(T)).Properties.Select(property => Expression.Call(
            WriteProperty.MakeGenericMethod(property.Info.PropertyType),
            map,
            Expression.Constant(property.Name),
            Expression.Constant(property.IsBeyondKong),
            Expression.Constant(property.Info.IsDefined(typeof(AutoAttribute), inherit: true)),
            Expression.Property(record, property.Info)));
        return Expression.Lambda<Action<T, ValueMap>>(Expression.Block(typeof(void), puts), record, map).Compile();
    }

    static TProperty Get<TProperty>(ValueMap map, string name, bool isNullable, TProperty initial)
    {
        if (!map.TryGetValue(name, out var value))
        {
            return initial;
        }
        return value is not null ? Converter<TProperty>.Instance.Read(value) : isNullable ? default! : initial;
    }

    /// <summary>Writes a property; automatic values that were never set, and what Kong does not know and is null, stay missing.</summary>
    static void Put<TProperty>(ValueMap map, string name, bool isBeyondKong, bool isAuto, TProperty value)
    {
        var isUnset = isAuto ? EqualityComparer<TProperty>.Default.Equals(value, default) : isBeyondKong && value is null;
        if (!isUnset)
        {
            map.Add(name, value is null ? null : Converter<TProperty>.Instance.Write(value));
        }
    }
}
