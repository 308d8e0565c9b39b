using System.Text;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Conditions;

/// <summary>Turns a checked expression into conditions, the common comparisons into their own small classes.</summary>
internal static class ConditionCompiler
{
    /// <summary>The condition of an expression that <see cref="ExpressionCheck"/> found good.</summary>
    public static Condition Compile(Expression expression, bool http)
    {
        switch (expression)
        {
            case AndExpression:
                List<Condition> all = [];
                Flatten<AndExpression>(expression, static and => (and.Left, and.Right), http, all);
                return new AllOf([.. all]);
            case OrExpression:
                if (Methods(expression) is { } methods)
                {
                    return new MethodIs(methods, $"({expression})");
                }

                List<Condition> any = [];
                Flatten<OrExpression>(expression, static or => (or.Left, or.Right), http, any);
                return new AnyOf([.. any]);
            case NotExpression not:
                return new Not(Compile(not.Inner, http));
            default:
                return Compile((Predicate)expression, http);
        }
    }

    // Evaluation order is what decides which path match counts, so flattening keeps it.
    private static void Flatten<T>(Expression expression, Func<T, (Expression Left, Expression Right)> parts, bool http, List<Condition> into)
        where T : Expression
    {
        if (expression is T pair)
        {
            (Expression left, Expression right) = parts(pair);
            Flatten(left, parts, http, into);
            Flatten(right, parts, http, into);
        }
        else
        {
            into.Add(Compile(expression, http));
        }
    }

    private static List<byte[]>? Methods(Expression expression)
    {
        switch (expression)
        {
            case OrExpression or:
                List<byte[]>? left = Methods(or.Left);
                List<byte[]>? right = left is null ? null : Methods(or.Right);
                return right is null ? null : [.. left!, .. right];
            case Predicate { Field: "http.method", Lower: false, Operator: Operator.Equals, Literal: TextLiteral literal }:
                return [literal.Utf8];
            default:
                return null;
        }
    }

    private static Condition Compile(Predicate predicate, bool http)
    {
        Field field = FieldCatalog.Find(predicate.Field, http)!;
        return predicate.Literal switch
        {
            NumberLiteral number => new NumberCompares(field, predicate.Operator, number.Number, predicate.ToString()),
            AddressLiteral address => new AddressIn(
                field.Kind == FieldKind.SourceAddress, AddressIn.Only(address.Address), predicate.Operator == Operator.NotEquals, predicate.ToString()),
            RangeLiteral range => new AddressIn(
                field.Kind == FieldKind.SourceAddress, range.Range, predicate.Operator == Operator.NotIn, predicate.ToString()),
            RegexLiteral regex when field.Kind == FieldKind.Path && !predicate.Lower => new PathMatches(regex.Regex),
            TextLiteral text when !predicate.Lower => Plain(field, predicate, text),
            _ => new TextCompares(field, predicate),
        };
    }

    private static Condition Plain(Field field, Predicate predicate, TextLiteral text) => (field.Kind, predicate.Operator) switch
    {
        (FieldKind.Path, Operator.Prefix) => new PathStartsWith(text.Utf8),
        (FieldKind.Path, Operator.Equals) => new PathEquals(text.Utf8),
        (FieldKind.Host, Operator.Prefix) => new HostStartsWith(text.Utf8),
        (FieldKind.Host, Operator.Postfix) => new HostEndsWith(text.Utf8),
        (FieldKind.Host, Operator.Equals) => new HostEquals(text.Utf8),
        (FieldKind.Method, Operator.Equals) => new MethodIs([text.Utf8], predicate.ToString()),
        (FieldKind.Protocol, Operator.Equals) => new ProtocolIs(ProtocolIs.MaskOf(protocol => Word(protocol) == text.Text), predicate.ToString()),
        (FieldKind.Protocol, Operator.NotEquals) => new ProtocolIs(ProtocolIs.MaskOf(protocol => Word(protocol) != text.Text), predicate.ToString()),
        _ => new TextCompares(field, predicate),
    };

    private static string Word(RouteProtocol protocol) => Encoding.ASCII.GetString(protocol.Text());
}
