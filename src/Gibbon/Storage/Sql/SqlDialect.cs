using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>What differs from one database to the other: words, types, the shape of values, what its errors mean.</summary>
internal abstract class SqlDialect
{
    /// <summary>
    /// The columns in the order in which their indexes are to be made, so that of two values that are taken the one is told that Kong tells: that of
    /// the column that comes first.
    /// </summary>
    public virtual IEnumerable<SqlColumn> IndexOrder(IReadOnlyList<SqlColumn> columns) => columns;

    /// <summary>Kong's word for the store, with which error texts of plugins begin: <c>postgres</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether it is a server, whose answers come in on a thread of the sockets, which goes on with whoever waited. Connections of clients that speak TLS have the same threads:
    /// whoever has much to do after an answer moves to another one first (<see cref="StepAsideAsync"/>).
    /// </summary>
    public virtual bool IsServer => false;

    /// <summary>Goes on with a thread of the pool where whoever asks is on one of the sockets', which others wait for.</summary>
    public async ValueTask StepAsideAsync()
    {
        if (IsServer && !Thread.CurrentThread.IsThreadPoolThread)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    /// <summary>Whether the database's own error tells which reference leads nowhere; otherwise it is looked for before a row is written.</summary>
    public abstract bool TellsMissingReferences { get; }

    /// <summary>Whether the database says of a row whose key and another unique value are both taken that its key is; otherwise it is asked for the key.</summary>
    public abstract bool TellsTakenKeyFirst { get; }

    /// <summary>Begins to read the database as it is at one moment, whoever writes meanwhile.</summary>
    public abstract string BeginReading { get; }

    /// <summary>The statement that keeps others from writing to a table until the transaction ends; null where only one writes anyway.</summary>
    public virtual string? Lock(string table) => null;

    /// <summary>What after a query keeps others from changing the rows it finds until the transaction ends; null where only one writes anyway.</summary>
    public virtual string? Hold => null;

    /// <summary>A parameter that is a text, as a column of that type takes it.</summary>
    public virtual string Cast(string parameter, string type) => parameter;

    /// <summary>The type of a column in <c>CREATE TABLE</c>.</summary>
    public abstract string TypeOf(SqlColumn column);

    /// <summary>Gives a parameter the value of a column. Values are those of a <see cref="Pdk.Schemas.ValueMap"/>; ids are texts, times seconds since 1970.</summary>
    public abstract void Bind(DbParameter parameter, SqlColumn column, object? value);

    /// <summary>Gives the parameter of that name the value of a column; it is made when it is not there.</summary>
    public void Bind(DbParameterCollection parameters, string name, SqlColumn column, object? value)
    {
        int place = parameters.IndexOf(name);
        DbParameter parameter = place < 0 ? NewParameter() : parameters[place];
        Bind(parameter, column, value);
        if (place < 0)
        {
            parameter.ParameterName = name;
            parameters.Add(parameter);
        }
    }

    protected abstract DbParameter NewParameter();

    /// <summary>Has the server forget a statement that it has prepared.</summary>
    public virtual ValueTask UnprepareAsync(DbCommand command) => ValueTask.CompletedTask;

    /// <summary>Reads the value of a column, in the same shape.</summary>
    public abstract object? Read(DbDataReader row, int place, SqlColumn column);

    /// <summary>The condition that a column is one of the values of a parameter, which is an array of the column's type.</summary>
    public abstract string IsOneOf(string column, string parameter);

    /// <summary>The condition that the array in a column has one, or all, of the texts of a parameter.</summary>
    public abstract string HasTags(string column, string parameter, bool any);

    /// <summary>
    /// Joins the table <c>tags</c> (<c>entity_id, entity_name, tags</c>) with the elements of its arrays: what stands after <c>FROM</c>, where the element is
    /// <c>element.tag</c> and its place <c>element.place</c>, counted from 1.
    /// </summary>
    public abstract string TagElements { get; }

    /// <summary>What an error of the database means.</summary>
    public abstract SqlFailure Explain(DbException error);

    /// <summary>The statements that keep the table <c>tags</c> in step with a table that has the column <c>tags</c>.</summary>
    public abstract IEnumerable<string> TagTriggers(SqlTable table, string name);

    public static string Quote(string name) => $"\"{name}\"";
}

/// <summary>What an error of the database means.</summary>
internal enum SqlFailureKind
{
    /// <summary>Another row has these values: <see cref="SqlFailure.Columns"/>.</summary>
    Unique,

    /// <summary>A reference leads nowhere: <see cref="SqlFailure.Columns"/> is the foreign key.</summary>
    MissingReference,

    /// <summary>Another row refers to this one: <see cref="SqlFailure.Table"/> is where.</summary>
    Referenced,

    /// <summary>Somebody else was faster; the same once more may succeed.</summary>
    Conflict,

    /// <summary>The connection was gone, which was good when it was last used; the same once more, on another, may succeed.</summary>
    Lost,

    /// <summary>Anything else: the text says what.</summary>
    Other,
}

/// <summary>What an error of the database means.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What the database says.</param>
internal sealed record SqlFailure(SqlFailureKind Kind, string Text)
{
    public IReadOnlyList<string> Columns { get; init; } = [];

    public string? Table { get; init; }
}
