<?php
// What both pages need: the parts that the bench has cut, a persistent connection, and formats.
declare(strict_types=1);

const URGENT = 3;

$site = require "{$_SERVER['BENCH_FOLDER']}/site.php";
$names = $site['names'];
$db = new PDO("mysql:unix_socket={$_SERVER['BENCH_DATABASE']};dbname=bangfu;charset=utf8mb4",
    'bangfu_web', '', [PDO::ATTR_PERSISTENT => true]);

foreach ($site['headers'] as $header) {
    header($header);
}

function h(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
}

function money(int $fen): string
{
    return number_format($fen / 100, $fen % 100 ? 2 : 0);
}

function seconds_of(string $utc): int
{
    return (int) strtotime("$utc UTC");
}

function days_left(string $until): int
{
    return max(0, intdiv(seconds_of($until) - time(), 86400));
}

// The day in China.
function day(int $at): string
{
    return gmdate('Y年n月j日', $at + 8 * 3600);
}

// The same in its element.
function day_element(string $utc): string
{
    $at = seconds_of($utc);
    return '<time datetime="' . gmdate('Y-m-d\TH:i:s\Z', $at) . '">' . day($at) . '</time>';
}

// The next of the parts of the page that never change.
function fixed(): void
{
    static $next = 0;
    require "{$_SERVER['BENCH_FOLDER']}/" . $next++ . '.html';
}

// A named query; with an id, that is what each of its question marks stands for.
function select(string $name, ?int $id = null): PDOStatement
{
    global $db, $site;
    $query = $site['queries'][$name];
    $statement = $db->prepare($query['sql']);
    foreach ($query['values'] as $i => $value) {
        $statement->bindValue($i + 1, $id ?? $value,
            is_int($id ?? $value) ? PDO::PARAM_INT : PDO::PARAM_STR);
    }
    $statement->execute();
    return $statement;
}
