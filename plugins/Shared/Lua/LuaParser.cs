namespace Gibbon.Plugins.Shared.Lua;

/// <summary>Reads an expression. The operators bind as in Lua 5.1.</summary>
ref struct LuaParser
{
    // What a sandbox has besides the caller's own variables. Somebody who names one of these wants to call something.
    static readonly HashSet<string> Globals = new(StringComparer.Ordinal)
    {
        "kong", "ngx", "string", "math", "table", "os", "io", "bit", "coroutine", "jit", "assert", "error", "ipairs", "next", "pairs", "pcall",
        "print", "select", "tonumber", "tostring", "type", "unpack", "xpcall", "require", "_G",
    };

    readonly ReadOnlySpan<char> text;
    readonly bool hasCalls;
    LuaLexer lexer;
    string? needsLua;
    bool isBroken;

    LuaParser(ReadOnlySpan<char> text, bool hasCalls)
    {
        this.text = text;
        this.hasCalls = hasCalls;
        lexer = new LuaLexer(text);
        lexer.Next();
    }

    /// <summary>Reads a whole text as one expression.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hasCalls">
    /// Whether functions may be called: those of the scope and methods of texts. Names of libraries are variables then, which a sandbox leaves nil.
    /// </param>
    public static LuaParse Parse(ReadOnlySpan<char> text, bool hasCalls = false)
    {
        var parser = new LuaParser(text, hasCalls);
        var expression = parser.Binary(0);
        if (parser.needsLua is { } reason)
            return new LuaParse(null, null, reason);

        return parser.isBroken || parser.lexer.Token != LuaToken.End
            ? new LuaParse(null, parser.Error(), null)
            : new LuaParse(expression, null, null);
    }

    readonly string Error() =>
        lexer.Token == LuaToken.End ? "unexpected symbol near '<eof>'" : $"unexpected symbol near '{lexer.Text}' in '{text}'";

    LuaExpression? Binary(int least)
    {
        var left = Unary();
        while (left is not null && Priority() is var (leftBinding, rightBinding) && leftBinding > least)
        {
            var symbol = lexer.Text;
            lexer.Next();
            var right = Binary(rightBinding);
            left = right is null ? null : Combine(symbol, left, right);
        }

        return left;
    }

    readonly (int Left, int Right) Priority() => lexer.Token is not (LuaToken.Symbol or LuaToken.Keyword) ? default : lexer.Text switch
    {
        "or" => (1, 1),
        "and" => (2, 2),
        "<" or ">" or "<=" or ">=" or "~=" or "==" => (3, 3),
        ".." => (5, 4),
        "+" or "-" => (6, 6),
        "*" or "/" or "%" => (7, 7),
        "^" => (10, 9),
        _ => default,
    };

    static LuaExpression Combine(string symbol, LuaExpression left, LuaExpression right) => symbol switch
    {
        "or" or "and" => new LuaExpression.Choice(symbol == "or", left, right),
        "==" => Operator(static (a, b) => LuaValue.AreEqual(a, b), left, right),
        "~=" => Operator(static (a, b) => !LuaValue.AreEqual(a, b), left, right),
        "<" => Operator(static (a, b) => LuaValue.Compare(a, b) < 0, left, right),
        ">" => Operator(static (a, b) => LuaValue.Compare(a, b) > 0, left, right),
        "<=" => Operator(static (a, b) => LuaValue.Compare(a, b) <= 0, left, right),
        ">=" => Operator(static (a, b) => LuaValue.Compare(a, b) >= 0, left, right),
        ".." => Operator(LuaValue.Concatenate, left, right),
        "+" => Operator(static (a, b) => LuaValue.ToNumber(a) + LuaValue.ToNumber(b), left, right),
        "-" => Operator(static (a, b) => LuaValue.ToNumber(a) - LuaValue.ToNumber(b), left, right),
        "*" => Operator(static (a, b) => LuaValue.ToNumber(a) * LuaValue.ToNumber(b), left, right),
        "/" => Operator(static (a, b) => LuaValue.ToNumber(a) / LuaValue.ToNumber(b), left, right),
        "%" => Operator(static (a, b) => Modulo(LuaValue.ToNumber(a), LuaValue.ToNumber(b)), left, right),
        _ => Operator(static (a, b) => Math.Pow(LuaValue.ToNumber(a), LuaValue.ToNumber(b)), left, right),
    };

    static LuaExpression.Binary Operator(Func<object?, object?, object?> operate, LuaExpression left, LuaExpression right) =>
        new(operate, left, right);

    static double Modulo(double a, double b) => a - (Math.Floor(a / b) * b);

    LuaExpression? Unary()
    {
        const int binding = 8;
        switch (lexer)
        {
            case { Token: LuaToken.Keyword, Text: "not" }:
                return Unary(static value => !LuaValue.IsTrue(value), binding);
            case { Token: LuaToken.Symbol, Text: "-" }:
                return Unary(static value => -LuaValue.ToNumber(value), binding);
            case { Token: LuaToken.Symbol, Text: "#" }:
                return Unary(LuaValue.Length, binding);
            default:
                return Suffixed();
        }
    }

    LuaExpression.Unary? Unary(Func<object?, object?> operate, int binding)
    {
        lexer.Next();
        return Binary(binding) is { } operand ? new LuaExpression.Unary(operate, operand) : null;
    }

    LuaExpression? Suffixed()
    {
        var mayHaveSuffix = lexer.Token == LuaToken.Name || lexer is { Token: LuaToken.Symbol, Text: "(" };
        var value = Primary();
        while (mayHaveSuffix && value is not null)
        {
            var isCall = lexer.Token == LuaToken.Text || lexer is { Token: LuaToken.Symbol, Text: "(" or "{" or ":" };
            if (isCall && !hasCalls)
                return NeedsLua("a call of a function");

            if (isCall)
                value = Call(value);
            else if (lexer is { Token: LuaToken.Symbol, Text: "." })
                value = Member(value);
            else if (lexer is { Token: LuaToken.Symbol, Text: "[" })
                value = Item(value);
            else
                break;
        }

        return value;
    }

    LuaExpression.Call? Call(LuaExpression function)
    {
        string? method = null;
        if (lexer is { Token: LuaToken.Symbol, Text: ":" })
        {
            lexer.Next();
            if (lexer.Token != LuaToken.Name)
                return Broken<LuaExpression.Call>();

            method = lexer.Text;
            if (LuaText.NeedsLua(method))
            {
                needsLua ??= $"the method '{method}'";
                return null;
            }

            lexer.Next();
        }

        return Arguments() is { } arguments ? new LuaExpression.Call(function, method, arguments) : null;
    }

    LuaExpression[]? Arguments()
    {
        if (lexer.Token == LuaToken.Text)
            return [Constant(lexer.Text)];

        if (lexer is { Token: LuaToken.Symbol, Text: "{" })
        {
            needsLua ??= "a table";
            return null;
        }

        if (lexer is not { Token: LuaToken.Symbol, Text: "(" })
            return Broken<LuaExpression[]>();

        var arguments = new List<LuaExpression>();
        lexer.Next();
        while (lexer is not { Token: LuaToken.Symbol, Text: ")" } || arguments.Count > 0)
        {
            if (Binary(0) is not { } argument)
                return null;

            arguments.Add(argument);
            if (lexer is not { Token: LuaToken.Symbol, Text: "," })
                break;

            lexer.Next();
        }

        return Close(")") ? [.. arguments] : null;
    }

    LuaExpression.Indexed? Member(LuaExpression whole)
    {
        lexer.Next();
        if (lexer.Token != LuaToken.Name)
            return Broken<LuaExpression.Indexed>();

        var key = new LuaExpression.Constant(lexer.Text);
        lexer.Next();
        return new LuaExpression.Indexed(whole, key);
    }

    LuaExpression.Indexed? Item(LuaExpression whole)
    {
        lexer.Next();
        return Binary(0) is { } key && Close("]") ? new LuaExpression.Indexed(whole, key) : null;
    }

    LuaExpression? Primary()
    {
        switch (lexer)
        {
            case { Token: LuaToken.Number }:
                return Constant(lexer.Number);
            case { Token: LuaToken.Text }:
                return Constant(lexer.Text);
            case { Token: LuaToken.Keyword, Text: "nil" }:
                return Constant(null);
            case { Token: LuaToken.Keyword, Text: "true" or "false" }:
                return Constant(lexer.Text == "true");
            case { Token: LuaToken.Keyword, Text: "function" }:
                return NeedsLua("a function");
            case { Token: LuaToken.Symbol, Text: "{" }:
                return NeedsLua("a table");
            case { Token: LuaToken.Name } when !hasCalls && Globals.Contains(lexer.Text):
                return NeedsLua($"'{lexer.Text}'");
            case { Token: LuaToken.Name }:
                var variable = new LuaExpression.Variable(lexer.Text);
                lexer.Next();
                return variable;
            case { Token: LuaToken.Symbol, Text: "(" }:
                lexer.Next();
                return Binary(0) is { } inner && Close(")") ? inner : null;
            default:
                return Broken<LuaExpression>();
        }
    }

    LuaExpression.Constant Constant(object? value)
    {
        lexer.Next();
        return new LuaExpression.Constant(value);
    }

    bool Close(string bracket)
    {
        if (lexer.Token != LuaToken.Symbol || lexer.Text != bracket)
        {
            isBroken = true;
            return false;
        }

        lexer.Next();
        return true;
    }

    LuaExpression? NeedsLua(string what)
    {
        needsLua ??= what;
        return null;
    }

    T? Broken<T>()
        where T : class
    {
        isBroken = true;
        return null;
    }
}
