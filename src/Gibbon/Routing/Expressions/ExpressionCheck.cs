using System.Text.RegularExpressions;

namespace Gibbon.Routing.Expressions;

/// <summary>What the schema and the router ask of an expression: that it parses, and that its comparisons make sense.</summary>
internal static partial class ExpressionCheck
{
    /// <summary>
    /// The message for the Admin API (without the leading "Router Expression failed validation: "), or null when the
    /// expression is good.
    /// </summary>
    /// <param name="text">The expression as written; the old name net.port is understood.</param>
    /// <param name="http">True for a route of http, https, grpc or grpcs; false for one of tcp, tls, tls_passthrough or udp.</param>
    public static string? Validate(string text, bool http)
    {
        Expression? expression = Read(text, http, out string? error);
        return expression is null ? error : Malformed(expression) ?? Unbuildable(expression);
    }

    /// <summary>The checked tree of <paramref name="text"/>, or null and why not.</summary>
    public static Expression? Read(string text, bool http, out string? error)
    {
        Expression? expression = ExpressionParser.Parse(WithCurrentNames(text), out error);
        if (expression is not null)
        {
            error = Meaning(expression, http);
        }

        return error is null ? expression : null;
    }

    /// <summary>What makes no sense in the tree, or null.</summary>
    public static string? Meaning(Expression expression, bool http) => expression switch
    {
        AndExpression and => Meaning(and.Left, http) ?? Meaning(and.Right, http),
        OrExpression or => Meaning(or.Left, http) ?? Meaning(or.Right, http),
        NotExpression not => Meaning(not.Inner, http),
        _ => Meaning((Predicate)expression, http),
    };

    /// <summary>The first regex that cannot be built, or null.</summary>
    public static string? Unbuildable(Expression expression) => expression switch
    {
        AndExpression and => Unbuildable(and.Left) ?? Unbuildable(and.Right),
        OrExpression or => Unbuildable(or.Left) ?? Unbuildable(or.Right),
        NotExpression not => Unbuildable(not.Inner),
        Predicate { Literal: RegexLiteral literal } => literal.Regex.Prove()?.ToString(),
        _ => null,
    };

    private static string? Meaning(Predicate predicate, bool http)
    {
        if (FieldCatalog.Find(predicate.Field, http) is not { } field)
        {
            return "Unknown LHS field";
        }

        Operator @operator = predicate.Operator;
        bool sameType = predicate.Literal switch
        {
            TextLiteral => field.Type == FieldType.Text,
            NumberLiteral => field.Type == FieldType.Number,
            AddressLiteral => field.Type == FieldType.Address,
            _ => false,
        };
        if (@operator is not (Operator.Regex or Operator.In or Operator.NotIn) && !sameType)
        {
            return "Type mismatch between the LHS and RHS values of predicate";
        }

        if (predicate.Lower && field.Type != FieldType.Text)
        {
            return "lower-case transformation function only supported with String type fields";
        }

        return @operator switch
        {
            Operator.Regex when field.Type != FieldType.Text => "Regex operators only supports string operands",
            Operator.Prefix or Operator.Postfix when predicate.Literal is not TextLiteral => "Prefix/Postfix operators only supports string operands",
            Operator.Greater or Operator.GreaterOrEqual or Operator.Less or Operator.LessOrEqual when predicate.Literal is not NumberLiteral
                => "Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands",
            Operator.In or Operator.NotIn when field.Type != FieldType.Address || predicate.Literal is not RangeLiteral
                => "In/NotIn operators only supports IP in CIDR",
            Operator.Contains when predicate.Literal is not TextLiteral => "Contains operator only supports string operands",
            _ => null,
        };
    }

    private static string? Malformed(Expression expression) => expression switch
    {
        AndExpression and => Malformed(and.Left) ?? Malformed(and.Right),
        OrExpression or => Malformed(or.Left) ?? Malformed(or.Right),
        NotExpression not => Malformed(not.Inner),
        Predicate predicate when !FieldCatalog.IsWellFormed(predicate.Field) => "illformed http.path.segments.* field",
        _ => null,
    };

    // A textual rule of Kong's: a field is replaced where an operator follows, wherever that is.
    private static string WithCurrentNames(string text)
        => text.Contains("net.port", StringComparison.Ordinal) ? OldPort().Replace(text, "net.dst.port") : text;

    [GeneratedRegex(@"net\.port(?=\s*[=><!])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OldPort();
}
