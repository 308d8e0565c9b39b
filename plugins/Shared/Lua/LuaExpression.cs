namespace Gibbon.Plugins.Shared.Lua;

/// <summary>
/// An expression of Lua that can be evaluated without a Lua machine: constants, variables, indexing, operators, calls of what the scope has.
/// Made once per configuration, evaluated by many threads.
/// </summary>
abstract class LuaExpression
{
    /// <summary>Evaluates it. Numbers are <see cref="double"/>; <c>null</c> is nil.</summary>
    /// <param name="scope">The variables.</param>
    /// <exception cref="LuaException">It failed, as it would in Lua.</exception>
    public abstract object? Evaluate(LuaScope scope);

    /// <summary>A value that is written in the expression.</summary>
    internal sealed class Constant(object? value) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope) => value;
    }

    /// <summary>A variable.</summary>
    internal sealed class Variable(string name) : LuaExpression
    {
        public string Name => name;

        public override object? Evaluate(LuaScope scope) => scope.Find(name);
    }

    /// <summary><c>whole.key</c> and <c>whole[key]</c>.</summary>
    internal sealed class Indexed(LuaExpression whole, LuaExpression key) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope)
        {
            var value = whole.Evaluate(scope);
            if (value is null or bool or double or long or int)
                throw new LuaException($"attempt to index {Subject()}a {LuaValue.TypeOf(value)} value");

            return LuaValue.Index(value, key.Evaluate(scope));
        }

        string Subject() => whole is Variable variable ? $"global '{variable.Name}', " : "";
    }

    /// <summary><c>function(...)</c> and <c>whole:method(...)</c>; of several results the first.</summary>
    internal sealed class Call(LuaExpression function, string? method, LuaExpression[] arguments) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope)
        {
            var value = function.Evaluate(scope);
            if (method is not null)
                return OfMethod(value, Array.ConvertAll(arguments, argument => argument.Evaluate(scope)));

            return value is LuaFunction callee
                ? callee(Array.ConvertAll(arguments, argument => argument.Evaluate(scope)))
                : throw new LuaException($"attempt to call {(function is Variable named ? $"global '{named.Name}', " : "")}a {LuaValue.TypeOf(value)} value");
        }

        object? OfMethod(object? value, object?[] given) => value switch
        {
            string text when LuaText.Find(method!) is { } callee => callee(text, given),
            null or bool or double or long or int => throw new LuaException($"attempt to index a {LuaValue.TypeOf(value)} value"),
            _ => throw new LuaException($"attempt to call method '{method}', a nil value"),
        };
    }

    /// <summary><c>and</c> and <c>or</c>, which look at their right side only if they must.</summary>
    internal sealed class Choice(bool isOr, LuaExpression left, LuaExpression right) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope)
        {
            var value = left.Evaluate(scope);
            return LuaValue.IsTrue(value) == isOr ? value : right.Evaluate(scope);
        }
    }

    /// <summary>An operator with one operand.</summary>
    internal sealed class Unary(Func<object?, object?> operate, LuaExpression operand) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope) => operate(operand.Evaluate(scope));
    }

    /// <summary>An operator with two operands.</summary>
    internal sealed class Binary(Func<object?, object?, object?> operate, LuaExpression left, LuaExpression right) : LuaExpression
    {
        public override object? Evaluate(LuaScope scope) => operate(left.Evaluate(scope), right.Evaluate(scope));
    }
}
