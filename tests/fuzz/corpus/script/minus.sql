SELECT 5---- x
3;
SELECT 5--/* x */3;
